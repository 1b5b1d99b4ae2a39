package soak

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// The calls of the protocol, each with how often it is made.
var methods = []struct {
	name string
	of   int
}{
	{"Analyze", 50},
	{"AnalyzeStack", 14},
	{"Remediate", 6},
	{"Configure", 12},
	{"ConfigureStack", 8},
	{"GetAnalyzerInfo", 3},
	{"GetPluginInfo", 2},
	{"Handshake", 3},
	{"Cancel", 1},
	{"NoSuchCall", 1},
}

// life is how many calls an analyzer gets at most.
const life = 1000

// TestCalls makes the calls of the engine's protocol to real analyzers, in any order, with requests that are mutated:
// their fields, the trees of their properties and settings, and the bytes on the wire. Canaries are where secrets are.
func TestCalls(t *testing.T) {
	part := begin(t, "calls")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	c := &caller{birds: newBirds(), r: rand.New(rand.NewPCG(seed, 50)), stacks: stacks(t), codes: map[codes.Code]int{}}
	var all []string
	for _, m := range methods {
		for range m.of {
			all = append(all, m.name)
		}
	}
	n, lives, slowest := 0, 0, time.Duration(0)
	for end := time.Now().Add(*length * 15 / 100); time.Now().Before(end) && part.failures < 20; lives++ {
		a := harness.StartAnalyzer(t, harness.Start{})
		if c.r.IntN(4) > 0 {
			a.Ready(t, nil, nil)
		}
		var log []string
		for i := 0; i < life && time.Now().Before(end); i++ {
			method := pick(c.r, all)
			data := c.message(method)
			cpu := processorOf(a.PID())
			ctx, cancel := context.WithTimeout(context.Background(), harness.Timeout)
			var answer []byte
			err := a.Conn().Invoke(ctx, "/pulumirpc.Analyzer/"+method, &data, &answer, grpc.ForceCodec(raw{}))
			cancel()
			n++
			c.codes[status.Code(err)]++
			took := processorOf(a.PID()) - cpu
			if i > 5 { // until the policies are loaded
				slowest = max(slowest, took)
			}
			log = append(log[max(0, len(log)-10):], fmt.Sprintf("%s %d bytes: %v", method, len(data), status.Code(err)))
			if text := status.Convert(err).Message(); status.Code(err) == codes.Internal && !strings.Contains(text, "unmarshal") {
				part.fail(t, "%s fails: %s; the message is %s", method, text, c.keep(t, data))
			}
			if found := append(c.find(string(answer)), c.find(fmt.Sprint(err))...); len(found) > 0 {
				part.fail(t, "%s gives away a canary: %s", method, found)
			}
			if err != nil && strings.TrimSpace(status.Convert(err).Message()) == "" {
				part.fail(t, "%s gives an error without a word", method)
			}
			if most := time.Second + time.Duration(len(data))*time.Microsecond; i > 5 && took > most {
				part.fail(t, "%s of %d bytes takes %s of the processor; the message is %s", method, len(data), took, c.keep(t, data))
			}
			if method == "Cancel" && err == nil {
				if !a.Exits(10 * time.Second) {
					part.fail(t, "the analyzer does not end with Cancel")
				}
				break
			}
			if got := status.Code(err); got == codes.Unavailable || got == codes.DeadlineExceeded {
				part.fail(t, "%s: %v; the last calls: %q; the message is %s\n%s", method, err, log, c.keep(t, data), a.Stderr())
				break
			}
			if strings.Contains(a.Stderr(), "goroutine ") {
				part.fail(t, "%s panics: %v; the message is %s\n%s", method, err, c.keep(t, data), a.Stderr())
				break
			}
		}
		if found := c.find(a.Stderr()); len(found) > 0 {
			part.fail(t, "the log gives away a canary: %s", found)
		}
		const most = 600 << 20
		if peak := peakOf(a.PID()); peak > most {
			part.fail(t, "the analyzer takes %d MB, want at most %d", peak>>20, most>>20)
		}
		a.Stop(t)
	}
	part.ran("%d calls of %d analyzers, slowest %s, %v", n, lives, slowest.Round(time.Millisecond), c.codes)
	if n == 0 || c.codes[codes.OK] == 0 {
		part.fail(t, "no call was answered")
	}
}

// raw sends and receives bytes as they are.
type raw struct{}

func (raw) Marshal(v any) ([]byte, error) { return *v.(*[]byte), nil }

func (raw) Unmarshal(data []byte, v any) error { *v.(*[]byte) = bytes.Clone(data); return nil }

func (raw) Name() string { return "proto" }

type caller struct {
	*birds

	r      *rand.Rand
	stacks []stack
	codes  map[codes.Code]int
}

// keep writes down a message on which something fails.
func (c *caller) keep(t *testing.T, data []byte) string {
	dir := found(t)
	if err := put(dir, "message", data); err != nil {
		return err.Error()
	}
	return dir + "/message"
}

// message returns the bytes of a request.
func (c *caller) message(method string) []byte {
	s := pick(c.r, c.stacks)
	var m proto.Message
	switch method {
	case "Analyze", "Remediate":
		req := proto.CloneOf(pick(c.r, s.resources))
		req.Properties = c.tree(req.Properties)
		c.fields(&req.Urn, &req.Type, &req.Name)
		if c.r.IntN(10) == 0 {
			req.Provider, req.Options = nil, nil
		}
		m = req
	case "AnalyzeStack":
		req := proto.CloneOf(s.whole)
		for range c.r.IntN(3) {
			other := pick(c.r, c.stacks)
			req.Resources = append(req.Resources, proto.CloneOf(pick(c.r, other.whole.Resources)))
		}
		for _, row := range req.Resources {
			row.Properties = c.tree(row.Properties)
			c.fields(&row.Urn, &row.Type, &row.Name, &row.Parent)
		}
		m = req
	case "ConfigureStack":
		req := proto.CloneOf(s.about)
		if req.Config == nil {
			req.Config = map[string]string{}
		}
		req.Config["shop:dbPassword"], req.Config["shop:token"] = c.password, c.token
		if c.r.IntN(2) == 0 {
			req.ConfigSecretKeys = append(req.ConfigSecretKeys, "shop:dbPassword")
			req.Config["shop:nested"] = string(c.plant(mutate(c.r, []byte(`{"a": {"password": "hunter22"}, "b": [1]}`), nil)))
			req.Config["shop:nested"] = strings.ToValidUTF8(req.Config["shop:nested"], "?")
		}
		c.fields(&req.Organization, &req.Project, &req.Stack)
		m = req
	case "Configure":
		req := &pulumirpc.ConfigureAnalyzerRequest{PolicyConfig: map[string]*pulumirpc.PolicyConfig{}}
		for range 1 + c.r.IntN(3) {
			text := pick(c.r, settings)
			name := "settings"
			if c.r.IntN(8) == 0 {
				name = pick(c.r, odd[:2])
			}
			req.PolicyConfig[name] = &pulumirpc.PolicyConfig{
				EnforcementLevel: pulumirpc.EnforcementLevel(c.r.IntN(6)), Properties: c.read(byTree(c.r, []byte(text))),
			}
		}
		m = req
	case "Handshake":
		dir := pick(c.r, append(odd[:4:4], "/", ".", "/proc/self/mem"))
		m = &pulumirpc.AnalyzerHandshakeRequest{RootDirectory: &dir, ProgramDirectory: &dir}
	default:
		m = &structpb.Struct{}
	}
	data, err := proto.Marshal(m)
	if err != nil {
		panic(err)
	}
	if c.r.IntN(6) == 0 {
		data = byBytes(c.r, data, nil)
	}
	return data
}

// tree mutates properties, and puts canaries where secrets are.
func (c *caller) tree(s *structpb.Struct) *structpb.Struct {
	data, err := json.Marshal(s.AsMap())
	if err != nil {
		return s
	}
	if c.r.IntN(5) > 0 {
		data = byTree(c.r, data)
	}
	if out := c.read(c.plant(data)); out != nil {
		return out
	}
	return s
}

// read reads an object of JSON, nil where it is none that protobuf can have.
func (c *caller) read(data []byte) *structpb.Struct {
	out := &structpb.Struct{}
	if out.UnmarshalJSON(data) != nil {
		return nil
	}
	return out
}

// fields changes some of the texts.
func (c *caller) fields(all ...*string) {
	for _, text := range all {
		if c.r.IntN(15) == 0 {
			*text = strings.ToValidUTF8(string(byBytes(c.r, []byte(*text), nil)), "?")
		}
	}
}

// settings are parameters of the policy settings as they can be.
var settings = []string{
	`{"exemptions": {"a": {"policies": ["raw-secret-resource"], "urn": "urn:pulumi:*::**::*", "owner": "o", "reason": "r", "expires": "2026-12-01"}}, "maxExemptionDays": 90}`,
	`{"levelByStack": [{"stack": "acme/shop/prod-*", "policies": ["raw-secret-resource"], "level": "mandatory"}], "enforceFrom": {"raw-secret-resource": "2027-01-01"}}`,
	`{"minEntropy": 3.5, "extraPatterns": ["(a+)+$", "x{1,500}"], "ignoreValues": ["*"], "environments": ["production"]}`,
	`{"baseline": {"findings": [{"policy": "raw-secret-resource", "urn": "urn:pulumi:prod::shop::a:b:C::x", "count": 3}], "expires": "2027-01-01"}, "adopt": "0.1.0"}`,
	`{"secretComponents": ["acme:infra:Secret"], "managers": ["aws-secrets-manager"], "bundleKeys": {"k": {"algorithm": "ES256", "key": "x"}}}`,
}

// processorOf is the time that a process has used of the processors.
func processorOf(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	var ticks time.Duration
	for _, word := range strings.Fields(rest)[11:13] {
		n, _ := strconv.Atoi(word)
		ticks += time.Duration(n)
	}
	return ticks * 10 * time.Millisecond
}

// peakOf is the most memory that a process had, in bytes.
func peakOf(pid int) (most int) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	if _, rest, ok := strings.Cut(string(text), "VmHWM:"); ok {
		_, _ = fmt.Sscan(rest, &most)
	}
	return most << 10
}
