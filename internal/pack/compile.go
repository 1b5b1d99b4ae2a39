package pack

import (
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Capabilities returns what rules may use: OPA's builtins without network, clock, randomness and the process's
// environment, so that the same input always gives the same decision.
var Capabilities = sync.OnceValue(func() *ast.Capabilities {
	c := ast.CapabilitiesForThisVersion()
	c.Builtins = slices.DeleteFunc(c.Builtins, func(b *ast.Builtin) bool {
		switch b.Name {
		case "http.send", "net.lookup_ip_addr", "opa.runtime", "time.now_ns", "rand.intn", "uuid.rfc4122",
			"io.jwt.decode_verify", "providers.aws.sign_req":
			return true
		}
		return b.Nondeterministic
	})
	c.AllowNet = []string{}
	return c
})

// checks are the stages of the compiler that only find mistakes, or change what the program's own rules do not use: the
// keyword with, annotations and metadata at run time.
var checks = [...]ast.StageID{
	ast.StageCheckUnusedImports, ast.StageCheckKeywordOverrides, ast.StageCheckDuplicateImports,
	ast.StageCheckVoidCalls,
	ast.StageCheckRuleConflicts, ast.StageCheckUndefinedFuncs, ast.StageCheckRecursion, ast.StageCheckTypes,
	ast.StageCheckUnsafeBuiltins, ast.StageCheckDeprecatedBuiltins,
	ast.StageParseMetadataBlocks, ast.StageSetAnnotationSet, ast.StageRewriteRegoMetadataCalls,
	ast.StageRewritePrintCalls, ast.StageRewriteWithValues, ast.StageRewriteTestRulesForTracing,
	ast.StageBuildRequiredCapabilities,
}

// Compile compiles all modules of the pack together for evaluation. The program's own rules alone are not checked:
// their tests do that ([Pack.Check]), and the checks take most of the time.
func (p *Pack) Compile() (*ast.Compiler, error) {
	if p.Rules {
		return p.Check()
	}
	return p.compile(ast.NewCompiler().WithCapabilities(Capabilities()).WithSkipStages(checks[:]...))
}

// Check compiles all modules with all checks. An organisation's rules are also checked against the schema of the input
// document, which finds misspelt fields.
func (p *Pack) Check() (*ast.Compiler, error) {
	c := ast.NewCompiler().WithCapabilities(Capabilities()).WithStrict(true).WithEnablePrintStatements(false)
	if p.Rules && p.Schema != nil {
		s := ast.NewSchemaSet()
		s.Put(ast.SchemaRootRef, p.Schema)
		c = c.WithSchemas(s)
	}
	return p.compile(c)
}

func (p *Pack) compile(c *ast.Compiler) (*ast.Compiler, error) {
	modules, err := p.Modules()
	if err != nil {
		return nil, err
	}
	if c.Compile(modules); c.Failed() {
		var errs Errors
		errs.rego(c.Errors)
		return nil, errs
	}
	return c, nil
}
