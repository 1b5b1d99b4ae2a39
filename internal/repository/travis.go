package repository

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/login"
)

// The configuration of Travis. https://docs.travis-ci.com/user/build-config-yaml
var _ = add(kind{
	name: "travis", root: true,
	match: func(f *named) bool { stem, ok := f.yaml(); return ok && stem == ".travis" },
	read:  asPipeline("a Travis configuration: a mapping", (*pipeline).travis),
})

// travisPhases are the keys that contain commands, in order of execution.
var travisPhases = [...]string{
	"before_install", "install", "before_script", "before_cache", "script", "after_success", "after_failure",
	"before_deploy", "after_deploy", "after_script",
}

// providers are settings of deployments that accept a long-lived cloud key under a name that does not reveal it.
// https://docs.travis-ci.com/user/deployment-v2
var providers = [...]struct{ provider, name, cloud string }{
	{"s3", "secret_access_key", login.AWS},
	{"elasticbeanstalk", "secret_access_key", login.AWS},
	{"lambda", "secret_access_key", login.AWS},
	{"codedeploy", "secret_access_key", login.AWS},
	{"cloudformation", "secret_access_key", login.AWS},
	{"opsworks", "secret_access_key", login.AWS},
	{"ecr", "secret_access_key", login.AWS},
	{"gcs", "secret_access_key", login.Google},
	{"azure_web_apps", "password", login.Azure},
	{"firebase", "token", login.Google},
	{"pulumi", "access_token", login.Pulumi},
}

// travis reads the commands of the phases, the variables, and the deployments, of the file and of its jobs.
func (w *pipeline) travis() {
	w.follow = storedBut("TRAVIS")
	root := w.doc.root
	env := w.travisJob(root, "", nil)
	for _, name := range [...]string{"jobs", "matrix"} {
		jobs := member(root, name)
		if isMapping(jobs) {
			jobs = member(jobs, "include")
		}
		for _, job := range items(jobs) {
			if isMapping(job) {
				w.travisJob(job, text(member(job, "name")), env)
			}
		}
	}
}

func (w *pipeline) travisJob(of *yaml.Node, job string, around []string) []string {
	env := around
	list := member(of, "env")
	global, jobs, matrix := member(list, "global"), member(list, "jobs"), member(list, "matrix")
	if global != nil || jobs != nil || matrix != nil {
		env = w.environment(env, global, job)
		w.environment(env, jobs, job)
		w.environment(env, matrix, job)
	} else {
		env = w.environment(env, list, job)
	}
	deploy := member(of, "deploy")
	for _, d := range append(items(deploy), deploy) {
		w.deployment(d, job)
	}
	var texts []*yaml.Node
	for _, phase := range travisPhases {
		texts = w.lines(texts, member(of, phase), 0)
	}
	for _, d := range append(items(deploy), deploy) {
		texts = w.lines(texts, member(d, "script"), 0)
	}
	w.run(texts, command.Shell, job, env)
	return env
}

// deployment reads the keys that a deployment receives.
func (w *pipeline) deployment(of *yaml.Node, job string) {
	if !isMapping(of) || member(of, "endpoint") != nil { // of a service that only speaks like the cloud's
		return
	}
	provider := text(member(of, "provider"))
	all := settings(of)
	for i, a := range all {
		for _, p := range providers {
			if p.provider == strings.ToLower(provider) && p.name == a.name &&
				(a.value == nil || strings.HasPrefix(a.text, "$")) {
				w.keep(a.at, a.name, p.cloud, job)
				all[i].name = ""
			}
		}
	}
	w.give(all, nil, job)
}
