package wire

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
)

func TestConstantsAreTheEngines(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, want string }{
		{"key", sigKey, sig.Key},
		{"secret", sigSecret, sig.Secret},
		{"reference", sigReference, sig.ResourceReference},
		{"output", sigOutput, sig.OutputValue},
		{"bytes", sigBytes, sig.ByteString},
		{"asset", sigAsset, sig.AssetSig},
		{"archive", sigArchive, sig.ArchiveSig},
		{"unknown bool", unknownBool, plugin.UnknownBoolValue},
		{"unknown number", unknownNumber, plugin.UnknownNumberValue},
		{"unknown string", unknownString, plugin.UnknownStringValue},
		{"unknown array", unknownArray, plugin.UnknownArrayValue},
		{"unknown asset", unknownAsset, plugin.UnknownAssetValue},
		{"unknown archive", unknownArchive, plugin.UnknownArchiveValue},
		{"unknown object", unknownObject, plugin.UnknownObjectValue},
	} {
		if tt.give != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, tt.give, tt.want)
		}
	}
}
