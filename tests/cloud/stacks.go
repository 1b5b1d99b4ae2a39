package cloud

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// stack is a stack with its state and the events of its last update.
type stack struct {
	apitype.Stack
	deployment apitype.UntypedDeployment
	update     string
	kind       apitype.UpdateKind
	status     apitype.UpdateStatus
	events     []apitype.EngineEvent
}

func (s *Service) routeStacks(mux *http.ServeMux) {
	const one = "/api/stacks/{org}/{project}/{stack}"
	handle(s, mux, "POST /api/stacks/{org}/{project}", s.createStack)
	handle(s, mux, "GET "+one, s.getStack)
	handle(s, mux, "GET "+one+"/export", s.export)
	handle(s, mux, "GET "+one+"/policypacks", s.packsOf)
	handle(s, mux, "POST "+one+"/encrypt", s.encrypt)
	handle(s, mux, "POST "+one+"/batch-decrypt", s.batchDecrypt)
	handle(s, mux, "POST "+one+"/preview", s.create(apitype.PreviewUpdate))
	handle(s, mux, "POST "+one+"/update", s.create(apitype.UpdateUpdate))
	handle(s, mux, "POST "+one+"/update/{update}", s.begin)
	handle(s, mux, "POST "+one+"/update/{update}/renew_lease", s.renew)
	handle(s, mux, "POST "+one+"/update/{update}/events/batch", s.record)
	handle(s, mux, "PATCH "+one+"/update/{update}/checkpoint", s.checkpoint)
	handle(s, mux, "POST "+one+"/update/{update}/complete", s.complete)
}

// stackOf returns the stack of a request, and refuses a request about an update that is not the stack's last.
func (s *Service) stackOf(r *http.Request) (*stack, error) {
	name := r.PathValue("project") + "/" + r.PathValue("stack")
	k, ok := s.stacks[name]
	if !ok {
		return nil, failure{http.StatusNotFound, "no stack " + name}
	}
	if update := r.PathValue("update"); update != "" && update != k.update {
		return nil, fmt.Errorf("update %s is not the last of %s", update, name)
	}
	return k, nil
}

func (s *Service) createStack(r *http.Request, in apitype.CreateStackRequest) (apitype.CreateStackResponse, error) {
	name := r.PathValue("project") + "/" + in.StackName
	if _, ok := s.stacks[name]; ok {
		return apitype.CreateStackResponse{}, failure{http.StatusConflict, "there is a stack " + name}
	}
	s.stacks[name] = &stack{
		Stack: apitype.Stack{
			OrgName: s.Organization, ProjectName: r.PathValue("project"), StackName: tokens.QName(in.StackName),
			Tags: in.Tags,
		},
		deployment: apitype.UntypedDeployment{
			Version:    apitype.DeploymentSchemaVersionCurrent,
			Deployment: json.RawMessage("{}"),
		},
	}
	return apitype.CreateStackResponse{}, nil
}

func (s *Service) getStack(r *http.Request, _ none) (apitype.Stack, error) {
	k, err := s.stackOf(r)
	if err != nil {
		return apitype.Stack{}, err
	}
	return k.Stack, nil
}

func (s *Service) export(r *http.Request, _ none) (apitype.ExportStackResponse, error) {
	k, err := s.stackOf(r)
	if err != nil {
		return apitype.ExportStackResponse{}, err
	}
	return apitype.ExportStackResponse(k.deployment), nil
}

// sealed turns every bit, which is encryption enough to tell a secret from its ciphertext.
func sealed(text []byte) []byte {
	out := slices.Clone(text)
	for i := range out {
		out[i] ^= 0xff
	}
	return out
}

func (s *Service) encrypt(_ *http.Request, in apitype.EncryptValueRequest) (apitype.EncryptValueResponse, error) {
	return apitype.EncryptValueResponse{Ciphertext: sealed(in.Plaintext)}, nil
}

func (s *Service) batchDecrypt(_ *http.Request, in apitype.BatchDecryptRequest) (apitype.BatchDecryptResponse, error) {
	out := apitype.BatchDecryptResponse{Plaintexts: map[string][]byte{}}
	for _, text := range in.Ciphertexts {
		out.Plaintexts[base64.StdEncoding.EncodeToString(text)] = sealed(text)
	}
	return out, nil
}

// create answers with the packs that the run requires: from here `preview` and `up` know them.
func (s *Service) create(kind apitype.UpdateKind) func(*http.Request,
	apitype.UpdateProgramRequest) (apitype.UpdateProgramResponse, error) {
	return func(r *http.Request, _ apitype.UpdateProgramRequest) (apitype.UpdateProgramResponse, error) {
		k, err := s.stackOf(r)
		if err != nil {
			return apitype.UpdateProgramResponse{}, err
		}
		s.updates++
		k.update, k.kind, k.status, k.events = fmt.Sprintf("update-%d", s.updates), kind, apitype.StatusNotStarted, nil
		required, err := s.required(k)
		return apitype.UpdateProgramResponse{UpdateID: k.update, RequiredPolicies: required}, err
	}
}

func (s *Service) begin(r *http.Request, in apitype.StartUpdateRequest) (apitype.StartUpdateResponse, error) {
	k, err := s.stackOf(r)
	if err != nil {
		return apitype.StartUpdateResponse{}, err
	}
	k.status, k.Tags = apitype.StatusRunning, in.Tags
	if k.kind != apitype.PreviewUpdate {
		k.Version++
	}
	return apitype.StartUpdateResponse{Version: k.Version, Token: lease}, nil // JournalVersion 0: whole checkpoints
}

func (s *Service) renew(r *http.Request, _ apitype.RenewUpdateLeaseRequest) (apitype.RenewUpdateLeaseResponse, error) {
	_, err := s.stackOf(r)
	return apitype.RenewUpdateLeaseResponse{Token: lease}, err
}

func (s *Service) record(r *http.Request, in apitype.EngineEventBatch) (none, error) {
	k, err := s.stackOf(r)
	if err == nil {
		k.events = append(k.events, in.Events...)
	}
	return none{}, err
}

func (s *Service) checkpoint(r *http.Request, in apitype.PatchUpdateCheckpointRequest) (none, error) {
	k, err := s.stackOf(r)
	if err == nil {
		k.deployment = apitype.UntypedDeployment{Version: in.Version, Features: in.Features, Deployment: in.Deployment}
	}
	return none{}, err
}

func (s *Service) complete(r *http.Request, in apitype.CompleteUpdateRequest) (none, error) {
	k, err := s.stackOf(r)
	if err == nil {
		k.status = in.Status
	}
	return none{}, err
}

// Violations are the policy events of a stack's last run as the service has received them, in their order.
func (s *Service) Violations(project, name string) []apitype.PolicyEvent {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []apitype.PolicyEvent
	for _, e := range s.stacks[project+"/"+name].events {
		if e.PolicyEvent != nil {
			out = append(out, *e.PolicyEvent)
		}
	}
	return out
}

// Status is how a stack's last run ended.
func (s *Service) Status(project, name string) apitype.UpdateStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stacks[project+"/"+name].status
}
