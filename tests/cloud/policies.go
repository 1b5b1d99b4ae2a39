package cloud

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Pack is a version of a policy pack that has been published.
type Pack struct {
	apitype.CreatePolicyPackRequest
	// Archive is the .tgz as the CLI has uploaded it.
	Archive  []byte
	Complete bool

	number int
}

func (s *Service) routePolicies(mux *http.ServeMux) {
	const packs = "/api/orgs/{org}/policypacks"
	handle(s, mux, "POST "+packs, s.publish)
	handle(s, mux, "POST "+packs+"/{pack}/versions/{version}/complete", s.published)
	handle(s, mux, "GET "+packs+"/{pack}/versions/{version}", s.get)
	handle(s, mux, "GET "+packs+"/{pack}/versions/{version}/schema", s.schema)
	handle(s, mux, "GET /api/orgs/{org}/policygroups/{group}", s.group)
	handle(s, mux, "PATCH /api/orgs/{org}/policygroups/{group}", s.updateGroup)
	// The store of archives. As on the real service its URLs carry their own permission, so the CLI sends no token.
	mux.HandleFunc("PUT /store/{number}", s.store)
	mux.HandleFunc("GET /store/{number}", s.store)
}

// pack returns a version of a pack; an empty version is the newest one.
func (s *Service) pack(name, version string) (*Pack, error) {
	for _, p := range slices.Backward(s.packs) {
		if p.Name == name && (version == "" || p.VersionTag == version) {
			return p, nil
		}
	}
	return nil, failure{http.StatusNotFound, fmt.Sprintf("no policy pack %s %s", name, version)}
}

func (s *Service) publish(_ *http.Request, in apitype.CreatePolicyPackRequest) (apitype.CreatePolicyPackResponse,
	error,
) {
	if _, err := s.pack(in.Name, in.VersionTag); err == nil {
		return apitype.CreatePolicyPackResponse{}, failure{
			http.StatusConflict, fmt.Sprintf("policy pack %s %s is published already", in.Name, in.VersionTag),
		}
	}
	p := &Pack{CreatePolicyPackRequest: in, number: len(s.packs) + 1}
	s.packs = append(s.packs, p)
	return apitype.CreatePolicyPackResponse{
		Version: p.number, UploadURI: fmt.Sprintf("%s/store/%d", s.URL, p.number),
		RequiredHeaders: map[string]string{"X-Test-Required": "yes"},
	}, nil
}

func (s *Service) store(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.packs {
		if fmt.Sprint(p.number) != r.PathValue("number") {
			continue
		}
		if r.Method == http.MethodGet {
			s.calls = append(s.calls, "GET /store")
			_, _ = w.Write(p.Archive)
			return
		}
		if r.Header.Get("X-Test-Required") != "yes" {
			s.t.Errorf("cloud: the archive came without the header that the service asked for")
		}
		var err error
		if p.Archive, err = io.ReadAll(r.Body); err != nil {
			s.t.Errorf("cloud: the archive: %v", err)
		}
		return
	}
	s.t.Errorf("cloud: there is no %s %s here", r.Method, r.URL)
	http.NotFound(w, r)
}

func (s *Service) published(r *http.Request, _ none) (none, error) {
	p, err := s.pack(r.PathValue("pack"), r.PathValue("version"))
	if err != nil {
		return none{}, err
	}
	if len(p.Archive) == 0 {
		return none{}, fmt.Errorf("complete, and no archive has come")
	}
	p.Complete = true
	return none{}, nil
}

// get is how the CLI reads back what it has published.
func (s *Service) get(r *http.Request, _ none) (apitype.GetPolicyPackResponse, error) {
	p, err := s.pack(r.PathValue("pack"), r.PathValue("version"))
	if err != nil {
		return apitype.GetPolicyPackResponse{}, err
	}
	return apitype.GetPolicyPackResponse{
		Name: p.Name, DisplayName: p.DisplayName, Version: p.number, VersionTag: p.VersionTag, Policies: p.Policies,
	}, nil
}

func (s *Service) schema(r *http.Request, _ none) (apitype.GetPolicyPackConfigSchemaResponse, error) {
	p, err := s.pack(r.PathValue("pack"), r.PathValue("version"))
	if err != nil {
		return apitype.GetPolicyPackConfigSchemaResponse{}, err
	}
	out := apitype.GetPolicyPackConfigSchemaResponse{ConfigSchema: map[string]apitype.PolicyConfigSchema{}}
	for _, policy := range p.Policies {
		if policy.ConfigSchema != nil {
			out.ConfigSchema[policy.Name] = *policy.ConfigSchema
		}
	}
	return out, nil
}

// group is how the CLI reads back what it has enabled.
func (s *Service) group(r *http.Request, _ none) (apitype.GetPolicyGroupResponse, error) {
	name := r.PathValue("group")
	return apitype.GetPolicyGroupResponse{
		Name: name, IsOrgDefault: name == apitype.DefaultPolicyGroup, Stacks: []apitype.PulumiStackReference{},
		AppliedPolicyPacks: s.groups[name], Accounts: []string{},
	}, nil
}

// updateGroup adds a pack to a policy group, in the place of another version of it, or takes it out.
func (s *Service) updateGroup(r *http.Request, in apitype.UpdatePolicyGroupRequest) (none, error) {
	group := r.PathValue("group")
	without := func(name string) []apitype.PolicyPackMetadata {
		return slices.DeleteFunc(s.groups[group], func(m apitype.PolicyPackMetadata) bool { return m.Name == name })
	}
	switch {
	case in.AddPolicyPack != nil:
		p, err := s.pack(in.AddPolicyPack.Name, in.AddPolicyPack.VersionTag)
		if err != nil {
			return none{}, err
		}
		if !p.Complete {
			return none{}, failure{http.StatusBadRequest, "the pack is not published completely"}
		}
		added := *in.AddPolicyPack
		added.VersionTag = p.VersionTag
		s.groups[group] = append(without(p.Name), added)
	case in.RemovePolicyPack != nil:
		s.groups[group] = without(in.RemovePolicyPack.Name)
	default:
		return none{}, fmt.Errorf("a change of a policy group that this service does not know")
	}
	return none{}, nil
}

// required are the packs of the default group, which holds every stack, and of the group with the stack's own name.
func (s *Service) required(k *stack) ([]apitype.RequiredPolicy, error) {
	var out []apitype.RequiredPolicy
	for _, group := range []string{apitype.DefaultPolicyGroup, k.StackName.String()} {
		for _, m := range s.groups[group] {
			p, err := s.pack(m.Name, m.VersionTag)
			if err != nil {
				return nil, err
			}
			out = slices.DeleteFunc(out, func(r apitype.RequiredPolicy) bool { return r.Name == p.Name })
			out = append(out, apitype.RequiredPolicy{
				Name: p.Name, Version: p.number, VersionTag: p.VersionTag, DisplayName: p.DisplayName,
				PackLocation: fmt.Sprintf("%s/store/%d", s.URL, p.number), Config: m.Config,
				Exceptions: s.excepts[p.Name],
			})
		}
	}
	return out, nil
}

// Except sends policy exceptions, as JSON by their ids, with a pack wherever it is required from now on: somebody has
// approved them.
func (s *Service) Except(pack string, exceptions map[string]json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.excepts = map[string]map[string]json.RawMessage{pack: exceptions}
}

// packsOf is what `pulumi policy install` asks.
func (s *Service) packsOf(r *http.Request, _ none) (apitype.GetStackPolicyPacksResponse, error) {
	k, err := s.stackOf(r)
	if err != nil {
		return apitype.GetStackPolicyPacksResponse{}, err
	}
	required, err := s.required(k)
	return apitype.GetStackPolicyPacksResponse{RequiredPolicies: required}, err
}

// Published returns the newest version of a pack.
func (s *Service) Published(name string) *Pack {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.pack(name, "")
	if err != nil || !p.Complete {
		s.t.Fatalf("the pack %s has not been published; the calls were:\n%s", name, strings.Join(s.calls, "\n"))
	}
	return p
}
