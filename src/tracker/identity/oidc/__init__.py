"""Sign-in through one provider of OpenID Connect: the authorization code flow with PKCE, checked at every step."""
