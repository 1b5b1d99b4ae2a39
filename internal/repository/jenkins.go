package repository

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/login"
	"github.com/progression-labs-development/policypack/internal/place"
)

// A Jenkins pipeline, and the steps of a shared library. Only string literals are read: those in steps that run them,
// in environment blocks, and in credential bindings. Values that Groovy computes are unknown.
// https://www.jenkins.io/doc/book/pipeline/syntax/
var _ = add(kind{
	name: "jenkins",
	match: func(f *named) bool {
		base := strings.ToLower(f.base)
		switch ending := base[strings.LastIndexByte(base, '.')+1:]; {
		case ending == "md" || ending == "txt" || ending == "adoc":
			return false
		case strings.HasPrefix(base, "jenkinsfile"), ending == "jenkinsfile":
			return true
		case ending == "groovy" || ending == "jenkins":
			return f.holds("pipeline {", "stage") || strings.HasPrefix(f.name, "vars/") && f.holds("def call")
		}
		return false
	},
	dialect: &dialect.Dialect{Values: dialect.Code, Comments: []string{"//", "/*"}},
	read:    (*examination).jenkins,
})

// jenkinsSteps are the steps that run a string.
var jenkinsSteps = map[string]command.Language{
	"sh": command.Shell, "bat": command.Batch, "powershell": command.PowerShell, "pwsh": command.PowerShell,
}

// jenkinsOwn are the prefixes of the variables that Jenkins sets itself.
var jenkinsOwn = []string{
	"BRANCH_", "BUILD_", "CHANGE_", "CI", "EXECUTOR_", "GIT_", "HUDSON_", "JENKINS_", "JOB_", "NODE_", "RUN_",
	"STAGE_", "TAG_", "WORKSPACE",
}

// maxArguments is the maximum number of lexemes read of a step's arguments.
const maxArguments = 500

// groovy is the source of a pipeline.
type groovy struct {
	*pipeline
	src    *place.Lines
	code   []lexeme
	blocks []groovyBlock // those that are open
}

// groovyBlock is a block: its owner, and the variables that are set in it.
type groovyBlock struct {
	of, stage string
	env       []string
}

func (x *examination) jenkins() {
	w := &pipeline{examination: x}
	w.follow = func(text string, lang command.Language) ([]command.Use, error) {
		if lang == command.Shell {
			return command.Pipeline(text, jenkinsOwn...)
		}
		return command.Parse(text, lang)
	}
	src := &place.Lines{Text: string(x.data)}
	g := &groovy{pipeline: w, src: src, code: lexemes(src.Text, false), blocks: []groovyBlock{{}}}
	g.read()
}

// read walks the source once: blocks, and the variables and steps in them.
func (g *groovy) read() {
	for i, l := range g.code {
		top := &g.blocks[len(g.blocks)-1]
		switch {
		case l.is("{"):
			g.open(i)
		case l.is("}") && len(g.blocks) > 1:
			g.blocks = g.blocks[:len(g.blocks)-1]
		case l.kind != 'w':
		case top.of == "environment" && g.at(i+1).is("=") && !g.at(i+2).is("="):
			g.variable(i, top)
		case l.text == "withCredentials":
			g.bindings(i)
		case l.text == "withVault":
			g.vault(i)
		case l.text == "withEnv":
			g.withEnv(i)
		case l.text == "withAWS" || l.text == "azureCLI":
			g.session(i)
		case l.text == "withRegistry":
			g.registry(i)
		default:
			if lang, ok := jenkinsSteps[l.text]; ok {
				g.step(i, lang)
			}
		}
	}
}

func (g *groovy) at(i int) lexeme {
	if i < 0 || i >= len(g.code) {
		return lexeme{kind: ' '}
	}
	return g.code[i]
}

// open opens the block whose brace is at an index.
func (g *groovy) open(i int) {
	b := groovyBlock{stage: g.blocks[len(g.blocks)-1].stage, env: g.blocks[len(g.blocks)-1].env}
	switch before := g.at(i - 1); {
	case before.is(")") && g.at(i-2).kind == 's' && g.at(i-3).is("(") && g.at(i-4).is("stage"):
		b.stage = g.at(i - 2).text
	case before.kind == 'w':
		b.of = before.text
	}
	g.blocks = append(g.blocks, b)
}

func (g *groovy) job() string { return g.blocks[len(g.blocks)-1].stage }

// variable reads NAME = 'value' and NAME = credentials('id') of an environment block.
func (g *groovy) variable(i int, block *groovyBlock) {
	name := g.code[i].text
	value := g.at(i + 2)
	if value.is("credentials") && g.at(i+3).is("(") {
		g.bound(g.code[i].offset, name, g.at(i+4).text)
		return
	}
	if value.is("params") || value.is("env") {
		if login.Variable(name) != "" && g.at(i+3).is(".") {
			g.bound(g.code[i].offset, name, g.at(i+4).text)
		}
		return
	}
	if value.kind != 's' {
		return
	}
	text, _ := g.text(i + 2)
	g.given(g.code[i].offset, name, text, value, false)
	if len(g.blocks) > 1 { // it holds for the block around
		around := &g.blocks[len(g.blocks)-2]
		around.env = known(slices.Clone(around.env), []string{name + "=" + quoted(text)})
		block.env = around.env
	}
}

// given checks a variable with a literal value.
func (g *groovy) given(offset int, name, text string, value lexeme, session bool) {
	k := facts.FileKey{At: g.src.Position(offset), Name: g.shown(name), Job: g.shown(g.job())}
	if !strings.Contains(text, "$") && !command.Outside(text) {
		for _, m := range g.detector.Find(text, detect.Evidence{Name: name}) {
			if m.CloudKey != "" && !m.ShortLived && !session {
				k.Cloud, k.By = m.CloudKey, "value"
			}
		}
		if k.By != "" {
			k.Value = facts.Value{Name: k.Name, Digest: facts.DigestOf([]byte(text))}
			g.told = append(g.told, part{from: value.offset, to: value.offset + len(value.text) + 6, clouds: true})
			g.file.CI = append(g.file.CI, k)
		}
		return
	}
	cloud := cloudOf(name, single(text))
	path := cloud == login.Google && strings.ContainsAny(text, "/") || facts.Federated(text)
	if cloud == "" || path || session && cloud == login.AWS || single(text) == "" && !command.Outside(text) ||
		slices.ContainsFunc(jenkinsOwn, func(own string) bool { return strings.HasPrefix(single(text), own) }) ||
		isConstant(text, g.blocks[len(g.blocks)-1].env) {
		return
	}
	k.By, k.Cloud = "name", cloud
	g.hand(g.job(), cloud, name, text)
	g.file.CI = append(g.file.CI, k)
}

// bound adds a key that a variable receives from the Jenkins credentials with an id.
func (g *groovy) bound(offset int, name, id string) {
	if cloud := cloudOf(name, id); cloud != "" {
		g.keyed(offset, name, cloud)
	}
}

// keyed adds a cloud key.
func (g *groovy) keyed(offset int, name, cloud string) {
	g.hand(g.job(), cloud, name, "")
	g.file.CI = append(g.file.CI, facts.FileKey{
		At: g.src.Position(offset), Name: g.shown(name), Cloud: cloud, By: "name", Job: g.shown(g.job()),
	})
}

// within returns the index after the brackets that open at an index, or after the statement of a step without them.
func (g *groovy) within(open int) int {
	if !g.at(open).is("(") && !g.at(open).is("[") {
		end := open
		line := g.src.Position(g.at(open).offset).Line
		for end < len(g.code) && (g.src.Position(g.code[end].offset).Line == line || g.at(end-1).is(",")) &&
			!g.code[end].is("{") && !g.code[end].is("}") && end < open+maxArguments {
			line = g.src.Position(g.code[end].offset + len(g.code[end].text)).Line
			end++
		}
		return end
	}
	depth := 0
	for i := open; i < len(g.code) && i < open+maxArguments; i++ {
		switch l := g.code[i]; {
		case l.is("("), l.is("["):
			depth++
		case l.is(")"), l.is("]"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return min(len(g.code), open+maxArguments)
}

// argument returns the index of the value of an argument between two indexes, or -1.
func (g *groovy) argument(name string, from, to int) int {
	for i := from; i+2 < to || i+2 < len(g.code) && i+2 == to; i++ {
		if g.code[i].is(name) && g.code[i+1].is(":") {
			return i + 2
		}
	}
	return -1
}

// bindings reads the variables that withCredentials binds.
// https://www.jenkins.io/doc/pipeline/steps/credentials-binding/
func (g *groovy) bindings(i int) {
	end := g.within(i + 1)
	session := false
	for k := i; k < end; k++ {
		session = session || g.code[k].kind == 's' && strings.Contains(g.code[k].text, "AWS_SESSION_TOKEN")
	}
	for k := i + 1; k < end; k++ {
		l, open := g.code[k], g.at(k+1)
		list := l.is("[") && g.at(k+1).is("$class") && g.at(k+2).is(":")
		if (l.kind != 'w' || !open.is("(")) && !list {
			continue
		}
		first, class := k+1, l.text
		if list {
			first, class = k, g.at(k+3).text
		}
		last := g.within(first)
		id := ""
		if a := g.argument("credentialsId", first, last); a >= 0 {
			id = g.code[a].text
		}
		name, offset := "", l.offset
		for _, argument := range [...]string{
			"variable", "passwordVariable", "secretKeyVariable", "clientSecretVariable",
		} {
			if a := g.argument(argument, first, last); a >= 0 {
				name = g.code[a].text
			}
		}
		switch {
		case session:
		case class == "aws" || class == "AmazonWebServicesCredentialsBinding":
			g.keyed(offset, orElse(name, "AWS_SECRET_ACCESS_KEY"), login.AWS)
		case class == "azureServicePrincipal" || class == "AzureCredentialsBinding":
			g.keyed(offset, orElse(name, "AZURE_CLIENT_SECRET"), login.Azure)
		case name != "":
			g.bound(offset, name, id)
		}
		k = last
	}
}

// vault reads the variables that withVault sets, except credentials that Vault issues for the job alone.
// https://www.jenkins.io/doc/pipeline/steps/hashicorp-vault-plugin/
func (g *groovy) vault(i int) {
	end := g.within(i + 1)
	path := ""
	for k := i + 1; k+2 < end; k++ {
		switch value := g.code[k+2]; {
		case !g.code[k+1].is(":") || value.kind != 's':
		case g.code[k].is("path"):
			path = value.text
		case g.code[k].is("envVar") && !dynamic(path):
			g.bound(value.offset, value.text, "")
		}
	}
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// withEnv reads withEnv(["NAME=value"]).
func (g *groovy) withEnv(i int) {
	end := g.within(i + 1)
	session := false
	for k := i; k < end; k++ {
		session = session || g.code[k].kind == 's' && strings.HasPrefix(g.code[k].text, "AWS_SESSION_TOKEN")
	}
	for k := i + 1; k < end; k++ {
		if g.code[k].kind != 's' {
			continue
		}
		text, _ := g.text(k)
		if name, value, ok := strings.Cut(text, "="); ok && isName(name) {
			g.given(g.code[k].offset, name, value, g.code[k], session)
		}
	}
}

// session reads the steps that log in with Jenkins credentials.
// https://www.jenkins.io/doc/pipeline/steps/pipeline-aws/ https://www.jenkins.io/doc/pipeline/steps/azure-cli/
func (g *groovy) session(i int) {
	argument, cloud := "credentials", login.AWS
	if g.code[i].text == "azureCLI" {
		argument, cloud = "principalCredentialId", login.Azure
	}
	if a := g.argument(argument, i, g.within(i+1)); a >= 0 {
		g.keyed(g.code[i].offset, argument, cloud)
	}
}

// registry reads docker.withRegistry(URL, 'ecr:REGION:ID') and 'gcr:ID', whose credentials are keys.
// https://plugins.jenkins.io/amazon-ecr/ https://plugins.jenkins.io/google-container-registry-auth/
func (g *groovy) registry(i int) {
	for k := i + 1; k < g.within(i+1); k++ {
		id, ok := strings.CutPrefix(g.code[k].text, "ecr:")
		_, id, _ = strings.Cut(id, ":")
		switch {
		case g.code[k].kind != 's':
		case ok && id != "":
			g.keyed(g.code[i].offset, "withRegistry", login.AWS)
		case strings.HasPrefix(g.code[k].text, "gcr:"):
			g.keyed(g.code[i].offset, "withRegistry", login.Google)
		}
	}
}

// step reads the string that a step runs: its argument, or the one named script.
func (g *groovy) step(i int, lang command.Language) {
	first := i + 1
	if g.at(first).is("(") {
		first++
	}
	if g.at(first).kind != 's' {
		if g.at(first).kind != 'w' || !g.at(first+1).is(":") {
			return
		}
		if first = g.argument("script", i, g.within(i+1)); first < 0 || g.at(first).kind != 's' {
			return
		}
	}
	text, offsets := g.text(first)
	g.passages([]passage{{text, func() func(int) place.Position {
		return func(offset int) place.Position {
			return g.src.Position(offsets[min(max(offset, 0), len(offsets)-1)])
		}
	}}}, lang, g.job(), g.blocks[len(g.blocks)-1].env)
}
