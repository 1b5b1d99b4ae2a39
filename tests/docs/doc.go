// Package docs runs the pages: every block that people copy, as it is printed. Each page has a world beside this file,
// PAGE.txtar: a script of testscript in the order of the page, and the files that the page's commands work on.
//
// In a world `policypack` is this checkout's program, `pulumi` the real CLI that go.mod pins, on the clouds that
// tests/echo plays, and `opa` the one that go.mod pins. These commands are about the page:
//
//	run TEXT [STATUS...]   runs the commands of the block that holds TEXT, each with its exit status (0 where none is
//	                       given), and compares what the page prints below them; stdout is what all of them print,
//	                       with the days of the page
//	file NAME TEXT         writes the block that holds TEXT into a file of the world
//	by TEXT TEST           the test of that name runs the block
//	cannot TEXT REASON     nobody can run the block here; targets of make, packages and tests that it names are there
//	standin NAME REASON    the world's file bin/NAME takes the place of a program
//
// and these about the world:
//
//	stack NAME             makes a stack of the program here and selects it
//	cloud                  from here on pulumi is logged in to a Pulumi Cloud of its own, with the organisation acme
//	infra                  installs the infra package of examples/infra
//	node                   puts what packs with the launcher nodejs need on the machine; skips the rest where npm has no registry
//	shell COMMAND          runs a command that is not on the page, in the same shell
//
// A page without a world may only have scripts (sh) of policypack commands, which must succeed in an empty directory; and the
// pages of the policies, examples. A block of commands that no line names fails the test, and says which line to add. A block of JSON that no line names
// is a configuration, and must pass `policypack config validate`; one of YAML must have the inputs of our action and the
// ids of our hooks.
//
// The pages are written on one day. Days after it, in pages and worlds, are moved to the day of the test before
// anything runs, and back before an output is compared. @PASSWORD@, @TOKEN@ and @KEY@ in a world are secrets that are made up
// on the spot. -update writes outputs into the pages.
package docs
