// Added to what Kratos puts in by itself: iss, sub (the identity), sid, iat, nbf, exp and jti.
{
  claims: {
    aud: ['oauth-client-registry'],
  },
}
