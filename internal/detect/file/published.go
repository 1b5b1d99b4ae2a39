package file

// published reports whether the text is a credential that a vendor prints in a manual or builds into an emulator, so
// that it gives access to nothing else. Only the FNV-1a hashes of these texts are stored.
func published(v string) bool {
	h := uint64(14695981039346656037)
	for i := range len(v) {
		h = (h ^ uint64(v[i])) * 1099511628211
	}
	for _, p := range publishedHashes {
		if p == h {
			return true
		}
	}
	return false
}

var publishedHashes = [...]uint64{
	0x9617ea5685ae57ea, // Aladdin's of RFC 7617, section 2
	0x3f9d1c996e620b67, // the account of Azurite and the Azure storage emulator
	0x9f1920c6cd484714, // the emulator of Azure Cosmos DB
	0xddd19c486d095d84, // Stripe's documentation
	0x67e733c2f9035757, // Stripe's documentation
	0x43f62e8bcdd84601, // Stripe's documentation
	0xf6cad54e10eb31ac, // GitHub's documentation
	0x1eb259bf62ba4a79, // the documentation of Google Charts
	0x846b2a1e2fad7fcb, // RFC 6749, section 5.1
	0xecc1a4474851bc28, // RFC 6749, section 5.1
}
