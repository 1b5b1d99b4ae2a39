// Package cloud implements as much of Pulumi Cloud's HTTP API as the CLI needs to log in, store stacks, publish a
// policy pack and query the packs that a run requires. Requests and responses are the engine's own apitype structs; the
// routes are those of pkg/v3/backend/httpstate/client. Everything is in memory, and any other request fails the test
// with its method and path.
package cloud

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Token is the access token that the service accepts, made up here; User is who it belongs to.
const (
	Token = "token-of-the-test"
	User  = "ada"
)

// lease is the token of an update that is under way.
const lease = "lease-of-the-test"

// Service is a running service with one organisation.
type Service struct {
	// URL is where it listens.
	URL string
	// Organization is the only organisation.
	Organization string

	t      testing.TB
	server *httptest.Server

	mu      sync.Mutex
	stacks  map[string]*stack // by PROJECT/STACK
	packs   []*Pack           // in the order of publishing
	groups  map[string][]apitype.PolicyPackMetadata
	excepts map[string]map[string]json.RawMessage // policy exceptions by pack and id
	calls   []string
	updates int
}

// Start starts a service for an organisation until the test ends.
func Start(t testing.TB, organization string) *Service {
	t.Helper()
	s := &Service{
		t: t, Organization: organization, stacks: map[string]*stack{},
		groups: map[string][]apitype.PolicyPackMetadata{},
	}
	mux := http.NewServeMux()
	handle(s, mux, "GET /api/capabilities", s.capabilities)
	handle(s, mux, "GET /api/user", s.user)
	handle(s, mux, "GET /api/user/organizations/default", s.defaultOrganization)
	s.routeStacks(mux)
	s.routePolicies(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("cloud: there is no %s %s here", r.Method, r.URL)
		http.Error(w, "not in this service", http.StatusNotImplemented)
	})
	s.server = httptest.NewServer(mux)
	s.URL = s.server.URL
	t.Cleanup(s.server.Close)
	return s
}

// Environ are the variables with which a CLI works on this service.
func (s *Service) Environ() []string {
	return []string{"PULUMI_BACKEND_URL=" + s.URL, "PULUMI_ACCESS_TOKEN=" + Token, "PULUMI_CONFIG_PASSPHRASE="}
}

// Calls are the method and the pattern of the path of all requests so far.
func (s *Service) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.calls...)
}

// failure is an answer that is an error for the CLI and none of the test.
type failure struct {
	code    int
	message string
}

func (f failure) Error() string { return f.message }

// handle registers a route. The request's body becomes an In, the Out is the answer's body. Handlers run one at a time.
// An error that is no failure is the test's.
func handle[In, Out any](s *Service, mux *http.ServeMux, pattern string, h func(r *http.Request, in In) (Out, error)) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.calls = append(s.calls, pattern)
		var in In
		var out Out
		err := authorized(r)
		if err == nil {
			err = decode(r, &in)
		}
		if err == nil {
			if org := r.PathValue("org"); org != "" && org != s.Organization {
				err = failure{http.StatusNotFound, "no organization " + org}
			}
		}
		if err == nil {
			out, err = h(r, in)
		}
		w.Header().Set("Content-Type", "application/json")
		if err != nil {
			var f failure
			if !errors.As(err, &f) {
				s.t.Errorf("cloud: %s %s: %v", r.Method, r.URL, err)
				f = failure{http.StatusInternalServerError, err.Error()}
			}
			w.WriteHeader(f.code)
			_ = json.NewEncoder(w).Encode(apitype.ErrorResponse{Code: f.code, Message: f.message})
			return
		}
		_ = json.NewEncoder(w).Encode(out)
	})
}

func authorized(r *http.Request) error {
	switch got := r.Header.Get("Authorization"); got {
	case "token " + Token, "update-token " + lease:
		return nil
	case "":
		return failure{http.StatusUnauthorized, "not logged in"}
	default:
		return failure{http.StatusUnauthorized, "not the test's token"}
	}
}

// decode reads a JSON body strictly; a request without one leaves in as it is.
func decode(r *http.Request, in any) error {
	body := r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(body)
		if err != nil {
			return err
		}
		body = z
	}
	if _, ok := in.(*none); ok || r.ContentLength == 0 {
		return nil
	}
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(in); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	return nil
}

// none is a body that is not there.
type none struct{}

func (s *Service) capabilities(*http.Request, none) (apitype.CapabilitiesResponse, error) {
	return apitype.CapabilitiesResponse{
		Capabilities: []apitype.APICapabilityConfig{{Capability: apitype.StackPolicyPacks, Version: 1}},
	}, nil
}

// account is the service's answer about a user, of which the CLI keeps a private type.
type account struct {
	GitHubLogin   string    `json:"githubLogin"`
	Name          string    `json:"name"`
	Organizations []account `json:"organizations,omitempty"`
}

func (s *Service) user(*http.Request, none) (account, error) {
	return account{
		GitHubLogin: User, Name: User,
		Organizations: []account{{GitHubLogin: s.Organization, Name: s.Organization}},
	}, nil
}

func (s *Service) defaultOrganization(*http.Request, none) (apitype.GetDefaultOrganizationResponse, error) {
	return apitype.GetDefaultOrganizationResponse{GitHubLogin: s.Organization}, nil
}
