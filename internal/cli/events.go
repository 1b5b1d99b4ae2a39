package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/progression-labs-development/policypack/internal/analyzer"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// engineEvent is a line of the engine's event log, as far as it is about a policy.
type engineEvent struct {
	Policy *struct {
		Pack       string                `json:"policyPackName"`
		Policy     string                `json:"policyName"`
		URN        string                `json:"resourceUrn"`
		Exceptions []exception.Exception `json:"exceptions"`
	} `json:"policyEvent"`
}

// readEvents reads the pack's violations from an event log of the engine. Reasons come from whoever asked for the
// exception.
func readEvents(name string) ([]verdict.Violation, error) {
	in, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close() //nolint:errcheck // nothing was written
	secrets, err := detect.New(detect.Options{})
	if err != nil {
		return nil, err
	}
	var out []verdict.Violation
	for dec := json.NewDecoder(in); ; {
		var e engineEvent
		switch err := dec.Decode(&e); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, fmt.Errorf("%s: this is not an event log of Pulumi; expected what PULUMI_DEBUG_COMMANDS=1 "+
				"pulumi preview --event-log FILE writes", name)
		case e.Policy == nil || e.Policy.Pack != analyzer.Name:
			continue
		}
		v := verdict.Violation{Policy: e.Policy.Policy, URN: e.Policy.URN}
		for _, x := range e.Policy.Exceptions {
			x.ID, x.Reason = place.Visible(x.ID),
				place.Visible(secrets.Mask(strings.Join(strings.Fields(x.Reason), " ")))
			v.Exceptions = append(v.Exceptions, x)
		}
		out = append(out, v)
	}
}

// readExceptions reads the exceptions of a configuration file.
func readExceptions(name string) (exception.Set, error) {
	if name == "" {
		return nil, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f := policyfile.Parse(data, nil)
	if f.Version < 2 {
		return nil, nil // whatever else is wrong with it is not ours to say
	}
	if len(f.Mistakes) > 0 {
		return nil, fmt.Errorf("%s has mistakes:\n%w", name, pack.InFile(name, f.Mistakes))
	}
	return f.Exceptions, nil
}
