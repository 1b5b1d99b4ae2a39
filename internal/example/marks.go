package example

import "google.golang.org/protobuf/types/known/structpb"

// Unknown is how the wire writes a value that is not known yet.
const Unknown = unknownSig

// Marked tells what a map with a signature of the engine stands for: secret, asset or archive. It is empty for all other
// values.
func Marked(v *structpb.Value) string {
	switch v.GetStructValue().GetFields()[sigKey].GetStringValue() {
	case secretSig:
		return "secret"
	case assetSig:
		return "asset"
	case archiveSig:
		return "archive"
	default:
		return ""
	}
}
