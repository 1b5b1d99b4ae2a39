package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	"go.yaml.in/yaml/v3"
)

// crypter encrypts under the passphrase of the harness; the salt is the same in every run.
var crypter = sync.OnceValue(func() config.Crypter {
	return config.NewSymmetricCrypterFromPassphrase("test", salt)
})

var salt = []byte("8 octets")

// encryptionSalt is what Pulumi writes into the settings of a stack.
var encryptionSalt = sync.OnceValues(func() (string, error) {
	check, err := crypter().EncryptValue(context.Background(), "pulumi")
	return "v1:" + base64.StdEncoding.EncodeToString(salt) + ":" + check, err
})

// writeSettings writes the settings of the stack: those that stand beside the program, with a made-up value in the place
// of each encrypted one, and made-up values of the keys that the program requires.
func (p *program) writeSettings(dir, path string) error {
	values, err := p.stackValues(dir)
	if err != nil {
		return err
	}
	for key, declared := range p.config {
		if !strings.Contains(key, ":") {
			key = p.name + ":" + key
		}
		if _, ok := values[key]; ok || declared.given {
			continue
		}
		if values[key], err = invented(key, declared); err != nil {
			return err
		}
	}
	encrypted, err := encryptionSalt()
	if err != nil {
		return err
	}
	text, err := yaml.Marshal(map[string]any{"encryptionsalt": encrypted, "config": values})
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// stackValues are the values of the first settings file beside the program.
func (p *program) stackValues(dir string) (map[string]any, error) {
	files, err := filepath.Glob(filepath.Join(dir, "Pulumi.*.yaml"))
	if err != nil || len(files) == 0 {
		return map[string]any{}, err
	}
	slices.Sort(files)
	text, err := os.ReadFile(files[0])
	if err != nil {
		return nil, err
	}
	var settings struct {
		Environment yaml.Node
		Config      map[string]any
	}
	if err := yaml.Unmarshal(text, &settings); err != nil {
		return nil, errNotRun(filepath.Base(files[0]) + " is not YAML that can be read")
	}
	if !settings.Environment.IsZero() {
		return nil, errNotRun("its settings import an environment of Pulumi ESC, which a local backend does not have")
	}
	values := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(settings.Config)) {
		value := settings.Config[key]
		if m, ok := value.(map[string]any); ok && m["secure"] != nil {
			if value, err = invented(key, configKey{secret: true}); err != nil {
				return nil, err
			}
		}
		values[key] = value
	}
	return values, nil
}

// invented is a value for a key, the same in every run.
func invented(key string, k configKey) (any, error) {
	_, name, _ := strings.Cut(key, ":")
	var value any = strings.ToLower(name) + "-one"
	switch typ := strings.ToLower(k.typ); {
	case strings.HasPrefix(typ, "int"), strings.HasPrefix(typ, "num"):
		value = 3
	case strings.HasPrefix(typ, "bool"):
		value = true
	case strings.HasPrefix(typ, "list"), strings.HasPrefix(typ, "array"):
		value = []string{name + "-one", name + "-two"}
	case strings.HasPrefix(typ, "object"):
		value = map[string]any{}
	case k.secret:
		value = random(key)
	}
	if !k.secret {
		return value, nil
	}
	text, ok := value.(string)
	if !ok {
		b, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		text = string(b)
	}
	secure, err := crypter().EncryptValue(context.Background(), text)
	return map[string]string{"secure": secure}, err
}

// random looks like what a generator makes, and is the same in every run.
func random(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}

// writeState writes the folder of the file backend: the stack of the program, empty, and the stacks that it refers to,
// with the outputs that it reads of them.
func (p *program) writeState(dir, stack string) error {
	folder := filepath.Join(dir, ".pulumi")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "meta.yaml"), []byte("version: 1\n"), 0o600); err != nil {
		return err
	}
	if err := writeStack(folder, p.name, stack, nil); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(p.stacks)) {
		full := strings.NewReplacer("${pulumi.organization}", "organization", "${pulumi.project}", p.name,
			"${pulumi.stack}", stack).Replace(name)
		parts := strings.Split(full, "/")
		if len(parts) != 3 || parts[0] != "organization" || strings.Contains(full, "${") {
			return errNotRun("it refers to a stack of another organization, which a local backend does not have")
		}
		outputs := map[string]any{}
		for _, output := range p.stacks[name] {
			if output == "" {
				continue
			}
			outputs[output] = output + "-of-" + parts[1]
			if secretName.MatchString(output) {
				text, err := json.Marshal(random(full + output))
				if err != nil {
					return err
				}
				cipher, err := crypter().EncryptValue(context.Background(), string(text))
				if err != nil {
					return err
				}
				outputs[output] = map[string]string{sig.Key: sig.Secret, "ciphertext": cipher}
			}
		}
		if err := writeStack(folder, parts[1], parts[2], outputs); err != nil {
			return err
		}
	}
	return nil
}

// writeStack writes the state of a stack with nothing but outputs.
func writeStack(folder, project, stack string, outputs map[string]any) error {
	encrypted, err := encryptionSalt()
	if err != nil {
		return err
	}
	const root = "pulumi:pulumi:Stack"
	latest := map[string]any{
		"manifest":          map[string]string{"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""},
		"secrets_providers": map[string]any{"type": "passphrase", "state": map[string]string{"salt": encrypted}},
	}
	if outputs != nil {
		latest["resources"] = []any{map[string]any{
			"urn":    "urn:pulumi:" + stack + "::" + project + "::" + root + "::" + project + "-" + stack,
			"custom": false, "type": root, "outputs": outputs,
		}}
	}
	text, err := json.Marshal(map[string]any{
		"version":    3,
		"checkpoint": map[string]any{"stack": "organization/" + project + "/" + stack, "latest": latest},
	})
	if err != nil {
		return err
	}
	dir := filepath.Join(folder, "stacks", project)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, stack+".json"), text, 0o600)
}
