package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/jsontext"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/state"
	"github.com/progression-labs-development/policypack/internal/terraform"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// exported judges a file of states or plans: one, or several one behind the other, each as a source of its own.
func (j *judge) exported(ctx context.Context, t target, k kind, data []byte) error {
	refused, read := state.Refused, j.state
	if k == kindTerraform {
		refused, read = terraform.Refused, j.terraform
	}
	if err := refused(data); err != nil {
		return err
	}
	all := jsontext.Documents(data)
	if len(all) < 2 {
		return read(ctx, t, data)
	}
	before := 0
	for i, one := range all {
		part := t
		part.name = fmt.Sprintf("%s#%d", t.name, i+1)
		if err := read(ctx, part, one); err != nil {
			var at *jsontext.Error
			if errors.As(err, &at) {
				err = at.Behind(data[:before])
			}
			j.fail(part.name, err)
		}
		before += len(one)
	}
	return nil
}

// state judges an exported state. What it does not say about the run, such as the configuration, no rule is told.
func (j *judge) state(ctx context.Context, t target, data []byte) error {
	s, err := state.Read(data)
	if err != nil {
		return err
	}
	name := stackName{s.Organization(), s.Project(), s.Stack()}
	var about *pulumirpc.AnalyzerStackConfigureRequest
	if given := j.options.stack; given != (stackName{}) {
		if name.project != "" && (name.project != given.project || name.stack != given.stack) {
			return fmt.Errorf("this is the state of %s/%s, and --stack says %s/%s", name.project, name.stack, given.project, given.stack)
		}
		name = given
	}
	if name.organization != "" || j.session.MayBreakGlass() {
		about = &pulumirpc.AnalyzerStackConfigureRequest{
			Organization: name.organization, Project: name.project, Stack: name.stack,
		}
	}
	if err := j.begin(about, nil); err != nil {
		return err
	}
	if n := s.Pending(); n > 0 {
		j.note(t, "%s of the stack did not come to an end; what was being created then is not judged.", plural(n, "operation"))
	}
	j.calls(ctx, t, s.Analyze(), s.AnalyzeStack())
	unseen := func(f verdict.Finding) bool { return f.Policy == hardcodedPolicy }
	*j.found, j.left = slices.DeleteFunc(*j.found, unseen), slices.DeleteFunc(j.left, unseen)
	j.add(report.Source{
		Name: t.name, Kind: report.State, Organization: name.organization, Project: name.project, Stack: name.stack, Resources: s.Len(),
		File: t.file(),
	}, nil)
	return nil
}

// terraform judges a plan or a state of Terraform.
func (j *judge) terraform(ctx context.Context, t target, data []byte) error {
	d, err := terraform.Read(data)
	if err != nil {
		return err
	}
	name := j.options.stack
	if name.stack == "" {
		name = stackName{project: "terraform", stack: "default"}
	}
	about := d.ConfigureStack(name.project, name.stack)
	about.Organization = name.organization
	if err := j.begin(about, d.Program()); err != nil {
		return err
	}
	hide, err := j.session.HideNames()
	if err != nil {
		return err
	}
	d.Conceal(hide)
	for _, n := range d.Notes() {
		j.note(t, "%s", n)
	}
	j.calls(ctx, t, d.Analyze(name.project, name.stack), d.AnalyzeStack(name.project, name.stack))
	source := report.Source{
		Name: t.name, Kind: report.TerraformState, Organization: name.organization, Project: name.project, Stack: name.stack,
		Resources: d.Len(), File: t.file(),
	}
	if d.Plan() {
		source.Kind = report.TerraformPlan
	}
	j.add(source, d.Place)
	if d.Errored() {
		return errors.New("this plan has errors, because of which Terraform could not finish it, so parts of it are missing; fix them and plan again")
	}
	return nil
}

// calls makes the calls of the engine. What a call cannot judge is told, and the others are made all the same.
func (j *judge) calls(ctx context.Context, t target, resources []*pulumirpc.AnalyzeRequest, stack *pulumirpc.AnalyzeStackRequest) {
	for i, req := range resources {
		if i%100 == 99 {
			j.progress.show("judging %s: resource %d of %d", t.name, i+1, len(resources))
		}
		if _, err := j.session.Resource(ctx, req); err != nil {
			j.fail(t.name, err)
		}
	}
	if len(resources) == 0 {
		return
	}
	if _, err := j.session.Stack(ctx, stack); err != nil {
		j.fail(t.name, err)
	}
}

// remarks says once what the sources cannot tell.
func (j *judge) remarks() {
	for _, s := range j.report.Sources {
		if s.Kind == report.State {
			j.report.Notes = append(j.report.Notes, report.Note{Message: stateRemark})
			return
		}
	}
}

// hardcodedPolicy takes a secret for a literal that is not in the configuration, which a state does not hold.
const hardcodedPolicy = "hardcoded-secret"

// stateRemark is what a state cannot tell.
const stateRemark = "A state holds neither configuration nor the values of encrypted secrets: plaintext-secret-config and " +
	hardcodedPolicy + " say nothing, and copies of such values are not found. A preview sees both."

// stackName is what --stack gives.
type stackName struct{ organization, project, stack string }

func parseStack(s string) (stackName, error) {
	if s == "" {
		return stackName{}, nil
	}
	n, ok := splitStack(s)
	if !ok || n.project == "" {
		return stackName{}, fmt.Errorf("--stack: want [ORGANIZATION/]PROJECT/STACK, got %q", s)
	}
	return n, nil
}

// splitStack reads [[ORGANIZATION/]PROJECT/]STACK. It reports whether the text is one.
func splitStack(s string) (n stackName, ok bool) {
	parts := strings.Split(s, "/")
	if len(parts) > 3 || slices.Contains(parts, "") {
		return n, false
	}
	for i, to := range []*string{&n.stack, &n.project, &n.organization}[:len(parts)] {
		*to = parts[len(parts)-1-i]
	}
	return n, true
}
