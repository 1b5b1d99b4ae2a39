package preview

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack/internal/analyzer"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// event is an engine event, reduced to the fields in use.
type event struct {
	Policy *struct {
		Pack       string                `json:"policyPackName"`
		Policy     string                `json:"policyName"`
		URN        string                `json:"resourceUrn"`
		Message    string                `json:"message"`
		Level      string                `json:"enforcementLevel"`
		Exceptions []exception.Exception `json:"exceptions"`
	} `json:"policyEvent"`
	Diagnostic *struct {
		URN       string `json:"urn"`
		Prefix    string `json:"prefix"`
		Message   string `json:"message"`
		Severity  string `json:"severity"`
		Ephemeral bool   `json:"ephemeral"`
	} `json:"diagnosticEvent"`
	Stdout *struct {
		Message string `json:"message"`
	} `json:"stdoutEvent"`
	Summary *struct {
		Changes map[string]int `json:"resourceChanges"`
	} `json:"summaryEvent"`
	Cancel *struct{} `json:"cancelEvent"`
}

// failed is the error that ends a preview stopped by violations, after any other error.
const failed = "preview failed"

// reader collects the results from a run's events.
type reader struct {
	secrets    *detect.Detector
	violations []verdict.Violation
	errors     []string
	complete   bool
}

func newReader() (*reader, error) {
	secrets, err := detect.New(detect.Options{})
	return &reader{secrets: secrets}, err
}

// read processes one event and returns the text to show for it, if any.
func (r *reader) read(e *event) (shown string) {
	switch {
	case e.Policy != nil && e.Policy.Pack == analyzer.Name:
		v := verdict.Violation{Policy: e.Policy.Policy, URN: e.Policy.URN}
		for _, x := range e.Policy.Exceptions { // the reason is written by the person who requested the exception
			x.ID, x.Reason = place.Visible(x.ID),
				place.Visible(r.secrets.Mask(strings.Join(strings.Fields(x.Reason), " ")))
			v.Exceptions = append(v.Exceptions, x)
		}
		r.violations = append(r.violations, v)
	case e.Policy != nil: // that of another pack, which no report of ours has
		p := e.Policy
		exempted := ""
		if len(p.Exceptions) > 0 {
			exempted = " [exempted]"
		}
		return fmt.Sprintf("%s: [%s]%s %s: %s\n%s", p.Pack, p.Level, exempted, p.Policy, p.URN, p.Message)
	case e.Diagnostic != nil:
		d := e.Diagnostic
		if d.Severity == "error" {
			r.errors = append(r.errors, strings.TrimSpace(d.Message))
		}
		if d.Ephemeral || d.Severity == "debug" {
			return ""
		}
		return nameOf(d.URN) + d.Prefix + d.Message
	case e.Stdout != nil:
		return e.Stdout.Message
	case e.Summary != nil:
		return changes(e.Summary.Changes)
	case e.Cancel != nil:
		r.complete = true
	}
	return ""
}

// nameOf returns the prefix of a diagnostic's line: the name and the type of its resource.
func nameOf(urn string) string {
	parts := strings.SplitN(urn, "::", 4)
	if len(parts) < 4 {
		return ""
	}
	return parts[3] + " (" + parts[2][strings.LastIndex(parts[2], "$")+1:] + "): "
}

// changes formats the number of resources for each operation.
func changes(of map[string]int) string {
	var parts []string
	for op, n := range of {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, op))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	slices.Sort(parts)
	return "resources: " + strings.Join(parts, ", ")
}

func (r *reader) result() *Result {
	return &Result{
		Complete: r.complete, Violations: r.violations,
		OnlyViolations: len(r.errors) > 0 &&
			!slices.ContainsFunc(r.errors, func(text string) bool { return text != failed }),
	}
}

// ReadEvents returns the pack's violations from an event log written by `pulumi preview --event-log FILE`. It returns
// an error if the input is not an event log.
func ReadEvents(in io.Reader) ([]verdict.Violation, error) {
	r, err := newReader()
	if err != nil {
		return nil, err
	}
	for dec := json.NewDecoder(in); ; {
		var e event
		switch err := dec.Decode(&e); {
		case errors.Is(err, io.EOF):
			return r.violations, nil
		case err != nil:
			return nil, err
		}
		r.read(&e)
	}
}

// stream is the server to which the CLI sends the engine's events of one preview.
type stream struct {
	pulumirpc.UnimplementedEventsServer
	addr   string
	server *grpc.Server
	out    io.StringWriter

	mu     sync.Mutex
	taken  bool
	broken bool // there was a second sender, or a message that is not an event
	reader *reader
}

// maxEvent is the maximum size of an event, which contains the whole state of a resource.
const maxEvent = 400 << 20

// listen starts a server on the loopback interface. Text to show is written to out.
func listen(out io.StringWriter) (*stream, error) {
	r, err := newReader()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("cannot receive the engine's events: %w", err)
	}
	s := &stream{addr: l.Addr().String(), server: grpc.NewServer(grpc.MaxRecvMsgSize(maxEvent)), out: out, reader: r}
	pulumirpc.RegisterEventsServer(s.server, s)
	go s.server.Serve(l) //nolint:errcheck // stop ends it
	return s, nil
}

func (s *stream) stop() { s.server.Stop() }

// StreamEvents receives the events of the preview. The CLI opens its stream before the program runs. A second sender is
// not the engine and invalidates the whole stream.
func (s *stream) StreamEvents(in grpc.ClientStreamingServer[pulumirpc.EventRequest, emptypb.Empty]) error {
	s.mu.Lock()
	second := s.taken
	s.taken, s.broken = true, s.broken || second
	s.mu.Unlock()
	if second {
		return status.Error(codes.AlreadyExists, "the events of this preview are already being received")
	}
	for {
		req, err := in.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return in.SendAndClose(&emptypb.Empty{})
		case err != nil:
			return err
		}
		var e event
		err = json.Unmarshal([]byte(req.GetEvent()), &e)
		s.mu.Lock()
		shown := ""
		if s.broken = s.broken || err != nil; err == nil {
			shown = s.reader.read(&e)
		}
		s.mu.Unlock()
		if shown = strings.TrimRight(shown, "\n"); shown != "" {
			_, _ = s.out.WriteString(shown + "\n")
		}
	}
}

func (s *stream) result() *Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.reader.result()
	if s.broken {
		return &Result{}
	}
	return r
}
