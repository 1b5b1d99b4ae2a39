package check

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// ConfigFile is a file for --policy-pack-config.
type ConfigFile struct {
	*policyfile.File
	Name string

	pack     *pack.Pack
	mistakes pack.Errors
	bundle   error // what the session says of the organisation's bundle, which is among the mistakes
}

// ReadConfig reads a file. Its error is about reading only; [ConfigFile.Check] validates the content.
func ReadConfig(name string, loaded *pack.Pack) (*ConfigFile, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return NewConfig(name, policyfile.Parse(data, loaded.Names()), loaded), nil
}

// NewConfig returns a file that has been parsed already.
func NewConfig(name string, file *policyfile.File, loaded *pack.Pack) *ConfigFile {
	return &ConfigFile{
		File: file, Name: name, pack: loaded, mistakes: pack.InFile(name, slices.Concat(file.Twice, file.Mistakes)),
	}
}

// Check returns all mistakes of the file; those of parameters are worded by the session.
func (f *ConfigFile) Check(ctx context.Context, s *session.Session) pack.Errors {
	if f.Root == nil {
		return f.mistakes
	}
	wrong, err := s.Mistakes(ctx, pack.Settings(f.Levels(), f.Parameters()))
	if err != nil {
		if e := new(session.Error); errors.As(err, &e) && e.Bundle() {
			f.bundle = err
		}
		f.mistakes = append(f.mistakes, pack.Mistake{File: f.Name, Message: err.Error()})
	}
	f.mistakes = append(f.mistakes, pack.InFile(f.Name, f.Rows(wrong))...)
	return f.mistakes
}

// ReadValid reads and validates a file. The error lists all its mistakes.
func ReadValid(ctx context.Context, s *session.Session, loaded *pack.Pack, name string) (*ConfigFile, error) {
	f, err := ReadConfig(name, loaded)
	if err != nil {
		return nil, err
	}
	mistakes := f.Check(ctx, s)
	switch {
	case f.bundle != nil && len(mistakes) == 1:
		return nil, f.bundle // it is no mistake of the file
	case len(mistakes) > 0:
		return nil, fmt.Errorf("%s has mistakes:\n%w", name, mistakes)
	}
	return f, nil
}

// Levels returns the effective level of each policy. As in Pulumi, the file overrides "all", which overrides the
// policy's own level.
func (f *ConfigFile) Levels() map[string]pack.Level {
	levels := map[string]pack.Level{}
	for _, q := range f.pack.Policies {
		levels[q.Name] = q.Level
		for _, key := range []string{policyfile.All, q.Name} {
			switch l := f.Level(key); l {
			case "": // it writes none that counts
			case "remediate":
				levels[q.Name] = pack.Mandatory
			default:
				levels[q.Name] = pack.Level(l)
			}
		}
	}
	return levels
}

// Settings returns the settings that the engine would pass for the file, without the levels that it does not set.
func (f *ConfigFile) Settings() map[string]pack.Setting {
	levels := f.Levels()
	for name := range levels {
		if f.Level(policyfile.All) == "" && f.Level(name) == "" {
			levels[name] = ""
		}
	}
	return pack.Settings(levels, f.Parameters())
}

// On returns the configuration for a location, with the decisions of the file applied. The file must be valid.
func (f *ConfigFile) On(s *session.Session, place rollout.Place) (*verdict.Config, error) {
	if err := s.Configure(f.Settings(), nil); err != nil {
		return nil, err
	}
	return s.At(place)
}
