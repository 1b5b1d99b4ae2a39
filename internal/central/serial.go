package central

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/expiry"
)

// Minimum is the parameter of the settings with the lowest serial number that a bundle may have. A signature never
// expires, so this prevents older bundles from being used again.
const Minimum = "minBundleSerial"

// MaxSerial is the highest serial number: every JSON parser represents it exactly, including the engine's.
const MaxSerial = 1<<53 - 1

// SerialAt returns the default serial number of a bundle built at a time: the time to the second, in UTC, such as
// 20260901120000.
func SerialAt(now time.Time) int64 {
	t := now.UTC()
	day := int64(t.Year()*10000 + int(t.Month())*100 + t.Day())
	return day*1000000 + int64(t.Hour()*10000+t.Minute()*100+t.Second())
}

// Serial is the bundle's serial number, 0 where it has none. It proves something of a verified bundle alone.
func (b *Bundle) Serial() int64 { return b.serial }

// Expires is the last day on which the bundle counts, in UTC, empty where it never expires.
func (b *Bundle) Expires() string { return b.expires }

// dated reads the serial number and the expiry of data.policypack.
func (b *Bundle) dated(root map[string]any) error {
	if v, ok := root["serial"]; ok {
		n, ok := v.(json.Number)
		serial, err := n.Int64()
		if !ok || err != nil || serial < 1 || serial > MaxSerial {
			return fmt.Errorf("data.policypack.serial: expected a whole number from 1 to %d", MaxSerial)
		}
		b.serial = serial
	}
	if v, ok := root["expires"]; ok {
		text, _ := v.(string)
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return errors.New("data.policypack.expires: expected the last day on which the bundle applies, in " +
				"UTC, such as 2027-06-30")
		}
		b.expires = day.Format(time.DateOnly)
	}
	return nil
}

// Least returns the lowest serial number that the settings accept, 0 if they accept any.
func Least(settings map[string]any) int64 {
	n, _ := settings[Minimum].(float64)
	return int64(n)
}

// NotOlder returns an error where the serial number of a verified bundle is below the least one.
func (b *Bundle) NotOlder(least int64) error {
	switch {
	case b.serial >= least:
		return nil
	case b.serial == 0:
		return fmt.Errorf("%s: the bundle has no serial number, but the configuration requires %d or higher "+
			"(settings, %s); build it with `policypack bundle --central DIR`, which adds one", b, least, Minimum)
	default:
		return fmt.Errorf("%s: the bundle has the serial number %d, but the configuration requires %d or higher "+
			"(settings, %s), so that older bundles cannot be reused; ship the current bundle, or rebuild this one", b,
			b.serial, least, Minimum)
	}
}

// Lasts returns an error where a verified bundle has expired, and a note where it soon will have, or where only the
// days of grace are left.
func (b *Bundle) Lasts(clock expiry.Clock) (note string, err error) {
	if b.expires == "" {
		return "", nil
	}
	day, err := time.Parse(time.DateOnly, b.expires)
	if err != nil {
		return "", err
	}
	end := day.AddDate(0, 0, 1)
	const renew = "Rebuild and sign it with `policypack bundle --central DIR`, and ship it."
	switch clock.State(end) {
	case expiry.Expired:
		return "", fmt.Errorf("%s: the bundle expired on %s and is not used; rebuild and sign it with "+
			"`policypack bundle --central DIR`; if a deployment cannot wait: %s", b, b.expires, policypack.Page("govern/break-glass.md"))
	case expiry.InGrace:
		return fmt.Sprintf("%s expired on %s. Checks of pull requests fail already, and everything else fails from %s "+
			"on.\n%s", b, b.expires, clock.Fails(end), renew), nil
	default:
	}
	if when, soon := clock.Warning(end); soon {
		return fmt.Sprintf("%s expires %s: %s is the last day on which it applies.\n%s", b, when, b.expires, renew), nil
	}
	return "", nil
}
