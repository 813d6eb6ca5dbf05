// Every call on a client, through what ogen makes of the document.
package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"

	"github.com/google/uuid"
	"github.com/ogen-go/ogen/ogenerrors"

	"registry.example/client/api"
)

// The caller brings a token; it does not sign in by a flow.
type token string

func (t token) Bearer(context.Context, api.OperationName) (api.Bearer, error) {
	return api.Bearer{Token: string(t)}, nil
}

func (token) Machine(context.Context, api.OperationName) (api.Machine, error) {
	return api.Machine{}, ogenerrors.ErrSkipClientSecurity
}

func (token) Person(context.Context, api.OperationName) (api.Person, error) {
	return api.Person{}, ogenerrors.ErrSkipClientSecurity
}

// The bodies of answers, whatever headers came with them.
type (
	client  interface{ GetResponse() api.OAuthClient }
	updated interface {
		GetResponse() api.UpdateOAuthClientOK
	}
	dryRun  interface{ GetResponse() api.DryRun }
	page    interface{ GetResponse() api.OAuthClientPage }
	problem interface{ GetResponse() api.Problem }
)

// An id is a uuid.UUID: a string in its place does not compile.
var _ = api.GetOAuthClientParams{OAuthClientID: uuid.UUID{}}

func main() {
	ctx := context.Background()
	registry := must(api.NewClient(os.Getenv("REGISTRY_URL"), token(os.Getenv("REGISTRY_TOKEN"))))
	org, project := uuid.MustParse(os.Getenv("ORG_ID")), uuid.MustParse(os.Getenv("PROJECT_ID"))

	// Makes a client: its secret is shown in this answer.
	created := answer[client](registry.CreateOAuthClient(ctx, &api.CreateOAuthClient{
		Name:         "Made by ogen",
		GrantTypes:   []api.GrantType{api.GrantTypeAuthorizationCode, api.GrantTypeRefreshToken},
		RedirectUris: api.NewOptNilURIArray([]url.URL{*must(url.Parse("https://shop.example.com/callback"))}),
	}, api.CreateOAuthClientParams{OrgID: org, ProjectID: project})).GetResponse()
	expect(!created.ClientSecret.Null, "the answer shows a secret")

	// Finds it in the list, and alone.
	listed := answer[page](registry.ListOAuthClients(ctx,
		api.ListOAuthClientsParams{OrgID: org, ProjectID: project, Limit: api.NewOptInt32(5)})).GetResponse()
	expect(len(listed.Data) == 1 && listed.Data[0].ID == created.ID, "the list has the client")
	get := api.GetOAuthClientParams{OrgID: org, ProjectID: project, OAuthClientID: created.ID}
	read := answer[*api.GetOAuthClientOKHeaders](registry.GetOAuthClient(ctx, get))
	expect(read.Response.ClientSecret.Null, "a secret is not shown again")

	// Asks first: nothing is done.
	ask := api.UpdateOAuthClientParams{OrgID: org, ProjectID: project, OAuthClientID: created.ID, DryRun: api.NewOptUpdateOAuthClientDryRun(true)}
	asked, ok := answer[updated](registry.UpdateOAuthClient(ctx, &api.UpdateOAuthClient{
		Name: api.NewOptNilString("Renamed"),
	}, ask)).GetResponse().GetDryRun()
	expect(ok && string(asked.Changes["name"]["to"]) == `"Renamed"`, "the change is told")
	made := answer[dryRun](registry.CreateOAuthClient(ctx, &api.CreateOAuthClient{
		Name:       "Only asked",
		GrantTypes: []api.GrantType{api.GrantTypeClientCredentials},
	}, api.CreateOAuthClientParams{OrgID: org, ProjectID: project, DryRun: api.NewOptCreateOAuthClientDryRun(true)})).GetResponse()
	expect(string(made.Changes["name"]["to"]) == `"Only asked"`, "the new client is told")
	end := answer[dryRun](registry.DeleteOAuthClient(ctx,
		api.DeleteOAuthClientParams{OrgID: org, ProjectID: project, OAuthClientID: created.ID, DryRun: api.NewOptDeleteOAuthClientDryRun(true)})).GetResponse()
	expect(slices.ContainsFunc(end.Effects, func(effect api.Effect) bool {
		return effect.Code == api.EffectCodeClientIsGoneForGood
	}), "the end is told")

	// Null changes nothing.
	update := api.UpdateOAuthClientParams{OrgID: org, ProjectID: project, OAuthClientID: created.ID, IfMatch: read.ETag}
	patched, ok := answer[updated](registry.UpdateOAuthClient(ctx, &api.UpdateOAuthClient{
		Name:        api.NewOptNilString("Renamed"),
		Description: api.OptNilString{Set: true, Null: true},
	}, update)).GetResponse().GetOAuthClient()
	expect(ok, "the answer is a client")
	expect(patched.Name == "Renamed", "the client is renamed")
	expect(patched.TokenEndpointAuthMethod == api.TokenEndpointAuthMethodClientSecretBasic, "the method is as it was")

	// Other grant types are refused with a problem that has a type.
	refused := answer[problem](registry.UpdateOAuthClient(ctx, &api.UpdateOAuthClient{
		GrantTypes: api.NewOptNilGrantTypeArray([]api.GrantType{api.GrantTypeClientCredentials}),
	}, api.UpdateOAuthClientParams{OrgID: org, ProjectID: project, OAuthClientID: created.ID})).GetResponse()
	expect(refused.Code == api.ProblemCodeValidationFailed, "the problem has a code")
	expect(refused.Errors[0].Code == api.ViolationCodeGrantTypesImmutable, "the violation has a code")

	// A new secret, whose call may be repeated, and the end.
	rotate := api.RotateOAuthClientSecretParams{OrgID: org, ProjectID: project, OAuthClientID: created.ID,
		IdempotencyKey: api.NewOptString(uuid.NewString())}
	rotated := answer[client](registry.RotateOAuthClientSecret(ctx, api.OptCreateOAuthClientSecret{}, rotate)).GetResponse()
	again := answer[client](registry.RotateOAuthClientSecret(ctx, api.OptCreateOAuthClientSecret{}, rotate)).GetResponse()
	expect(again.ClientSecret == rotated.ClientSecret, "the answer is repeated")
	expect(rotated.ClientSecret.Value != created.ClientSecret.Value, "the secret is new")
	answer[*api.DeleteOAuthClientNoContent](registry.DeleteOAuthClient(ctx,
		api.DeleteOAuthClientParams{OrgID: org, ProjectID: project, OAuthClientID: created.ID}))
	gone := answer[problem](registry.GetOAuthClient(ctx, get)).GetResponse()
	expect(gone.Code == api.ProblemCodeNotFound, "the client is gone")
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// The answer as the type that is expected of it.
func answer[T any](got any, err error) T {
	if err != nil {
		panic(err)
	}
	typed, ok := got.(T)
	expect(ok, fmt.Sprintf("the answer is a %T, and is %+v", typed, got))
	return typed
}

func expect(holds bool, what string) {
	if !holds {
		panic("does not hold: " + what)
	}
}
