package analyzer

import (
	"fmt"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// Name is the pack's name in Pulumi.
const Name = "policypack"

// info describes the pack. Without schemas the engine does not validate the configuration: with break-glass, a
// configuration with mistakes is accepted.
func info(p *pack.Pack, schemas bool) (*pulumirpc.AnalyzerInfo, error) {
	out := &pulumirpc.AnalyzerInfo{
		Name: Name, DisplayName: "policypack: secrets standard", Version: policypack.Version(),
		Description: policypack.Description(), Readme: policypack.Readme(), Repository: policypack.Repository,
		Provider: "multi-cloud", Tags: []string{"secrets", "security", "aws", "gcp", "azure"},
		SupportsConfig: true, InitialConfig: map[string]*pulumirpc.PolicyConfig{},
	}
	for _, q := range p.Policies {
		properties, err := structpb.NewStruct(q.Parameters.Schema())
		if err != nil {
			return nil, fmt.Errorf("policy %s: parameters: %w", q.Name, err)
		}
		defaults, err := structpb.NewStruct(q.Parameters.Defaults)
		if err != nil {
			return nil, fmt.Errorf("policy %s: parameters: default: %w", q.Name, err)
		}
		kind := pulumirpc.PolicyType_POLICY_TYPE_RESOURCE
		if q.Scope == facts.ScopeStack {
			kind = pulumirpc.PolicyType_POLICY_TYPE_STACK
		}
		out.Policies = append(out.Policies, &pulumirpc.PolicyInfo{
			Name: q.Name, DisplayName: q.Title, Description: q.Description, Message: q.Title,
			EnforcementLevel: enforcement(q.Level), PolicyType: kind, Severity: severity(q.Severity),
			ConfigSchema: &pulumirpc.PolicyConfigSchema{Properties: properties, Required: q.Parameters.Required},
			Framework: &pulumirpc.PolicyComplianceFramework{
				Name: q.Framework.Name, Version: q.Framework.Version,
				Reference: q.Framework.Reference, Specification: q.Framework.Specification,
			},
			Tags: q.Tags, RemediationSteps: q.Remediation, Url: q.URL,
		})
		if !schemas {
			out.Policies[len(out.Policies)-1].ConfigSchema = nil
		}
		out.InitialConfig[q.Name] = &pulumirpc.PolicyConfig{
			EnforcementLevel: enforcement(q.Level),
			Properties:       defaults,
		}
	}
	return out, nil
}

func enforcement(l pack.Level) pulumirpc.EnforcementLevel {
	switch l {
	case pack.Advisory:
		return pulumirpc.EnforcementLevel_ADVISORY
	case pack.Disabled:
		return pulumirpc.EnforcementLevel_DISABLED
	default:
		return pulumirpc.EnforcementLevel_MANDATORY
	}
}

func level(l pulumirpc.EnforcementLevel) pack.Level {
	return pack.Level(strings.ToLower(l.String()))
}

func severity(s pack.Severity) pulumirpc.PolicySeverity {
	switch s {
	case pack.Low:
		return pulumirpc.PolicySeverity_POLICY_SEVERITY_LOW
	case pack.Medium:
		return pulumirpc.PolicySeverity_POLICY_SEVERITY_MEDIUM
	case pack.High:
		return pulumirpc.PolicySeverity_POLICY_SEVERITY_HIGH
	case pack.Critical:
		return pulumirpc.PolicySeverity_POLICY_SEVERITY_CRITICAL
	default:
		return pulumirpc.PolicySeverity_POLICY_SEVERITY_UNSPECIFIED
	}
}
