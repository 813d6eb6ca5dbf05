// Must not compile: an id is a UUID.
package main

import "registry.example/client/api"

func main() {
	_ = api.GetOAuthClientParams{OAuthClientID: "019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f"}
}
