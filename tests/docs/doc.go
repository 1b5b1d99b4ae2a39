// Package docs runs the documentation: every block that people copy, as printed. Each page has a world beside this
// file, PAGE.txtar: a testscript in the order of the page, and the files that the page's commands need.
//
// In a world `policypack` is the program of this checkout, `pulumi` is the real CLI in the version that go.mod pins,
// with the clouds simulated by tests/echo, and `opa` is the one that go.mod pins. These commands are about the page:
//
//	run TEXT [STATUS...]   runs the commands of the block that contains TEXT, each with its exit status (default 0),
//	                       and compares the output that the page prints below them; stdout is the output of all of
//	                       them, with the days of the page
//	file NAME TEXT         writes the block that contains TEXT to a file of the world
//	by TEXT TEST           the block is run by the test with that name
//	cannot TEXT REASON     the block cannot be run here; the targets of make, packages and tests in it must exist
//	standin NAME REASON    the world's file bin/NAME replaces a program
//
// and these about the world:
//
//	stack NAME             creates a stack of the program here and selects it
//	cloud                  logs pulumi in to a separate Pulumi Cloud with the organisation acme from here on
//	infra                  installs the infra package of examples/infra
//	node                   installs what packs with the launcher nodejs need; skips the rest if npm has no registry
//	shell COMMAND          runs a command that is not on the page, in the same shell
//
// A page without a world may only contain scripts (sh) of policypack commands, which must succeed in an empty
// directory; the pages of the policies may also contain examples. A block of commands that no command of the world
// refers to fails the test, with the line to add. Such a block of JSON is a configuration and must pass `policypack
// config validate`; one of YAML must use the inputs of our action and the ids of our hooks.
//
// The pages are written on a fixed day. Later days, in pages and worlds, are moved relative to the day of the test
// before anything runs, and back before an output is compared. @PASSWORD@, @TOKEN@ and @KEY@ in a world are secrets
// generated on the fly. -update writes outputs to the pages.
package docs
