package confdiff

import "cmp"

// dated compares the serial numbers of two bundles and their expiry. An older bundle is milder, whatever it contains,
// because it has been replaced. A later expiry is not milder, since every new bundle has one.
func (c *comparison) dated() {
	const serial, expires = "bundle.serial", "bundle.expires"
	switch a, b := c.a.Serial, c.b.Serial; {
	case a == b:
	case b == 0:
		c.add(Milder, serial, "has none, was %d: minBundleSerial rejects it if set, and without a serial nothing "+
			"shows that a newer bundle replaced it", a)
	case a == 0:
		c.add(Stricter, serial, "%d, had none", b)
	case b < a:
		c.add(Milder, serial, "%d, was %d: this is an older bundle", b, a)
	default:
		c.add(Different, serial, "%d, was %d", b, a)
	}
	switch a, b := c.a.Expires, c.b.Expires; {
	case a == b:
	case b == "":
		c.add(Milder, expires, "never, was %s", a)
	default:
		kind := Different
		if a == "" {
			kind = Stricter
		}
		c.add(kind, expires, "%s, was %s", b, cmp.Or(a, "never"))
	}
}
