// Command metadata writes policies/metadata.jsonl from the METADATA of the policies.
package main

import (
	"fmt"
	"os"

	"github.com/progression-labs-development/policypack/internal/pack"
)

func main() {
	if err := pack.WriteMetadata("policies"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
