package trust

import (
	"time"

	"diwan.example/gov"
)

// Standing is what a key's signature of a certain moment is worth.
type Standing string

// What a signature can be worth, as far as its key is concerned.
const (
	Good       Standing = "good"
	Early      Standing = "early"      // before the key was there
	Late       Standing = "late"       // after the key had ended
	Unproven   Standing = "unproven"   // worth something only with proof of its time
	Distrusted Standing = "distrusted" // the key may have been in other hands by then
)

// Proof is how the moment of a signature is known.
type Proof int

// How a moment is known, each stronger than the one before.
const (
	Claimed Proof = iota // the signer says so
	Logged               // it stands in the transparency log
	Stamped              // a time-stamping authority that the list trusts says so
)

// skew is how far apart the clocks of those who sign and certify may stand.
const skew = 5 * time.Minute

// OK reports whether the signature counts.
func (s Standing) OK() bool { return s == Good }

var standings = map[Standing]gov.Text{
	Good:       gov.T("كان المفتاح ساريًا حين وُقّع به", "The key was in force when it signed"),
	Early:      gov.T("التوقيع أسبق من بدء العمل بالمفتاح", "The signature is older than the key"),
	Late:       gov.T("التوقيع أحدث من انتهاء العمل بالمفتاح", "The signature is newer than the end of its key"),
	Unproven:   gov.T("سُحب المفتاح، ولا دليل على أن التوقيع أسبق من سحبه", "The key was revoked, and nothing proves that it signed before"),
	Distrusted: gov.T("سُحب المفتاح لاحتمال وقوعه في يد أخرى، فلا يُعتدّ بهذا التوقيع", "The key was revoked because it may have been in other hands; this signature does not count"),
}

// Words says it for people.
func (s Standing) Words() gov.Text { return standings[s] }

// Trusted says what a signature is worth whose only word about its time is its own.
func (k Key) Trusted(at time.Time) Standing { return k.Proven(at, Claimed) }

// Proven says what a signature is worth that was made at a moment known by proof.
// A retired key keeps what it signed. One revoked because it was replaced, or its
// organisation ended, keeps what is proven older; one revoked because it may be
// known to others keeps only what an authority stamped before that could be.
func (k Key) Proven(at time.Time, by Proof) Standing {
	outlived := k.Until != 0 && at.After(k.Until.Time())
	switch {
	case at.Before(k.From.Time().Add(-skew)):
		return Early
	case k.State == Active && !outlived:
		return Good
	case k.State == Active:
		return Late
	case k.State == Revoked && k.Reason != Superseded && k.Reason != Cessation:
		if by == Stamped && at.Before(k.doubtful()) {
			return Good
		}
		return Distrusted
	case at.After(k.Ended.Time().Add(skew)) || outlived:
		return Late
	case k.State == Retired || by > Claimed:
		return Good
	}
	return Unproven
}

// doubtful is from when a compromised key counts no more.
func (k Key) doubtful() time.Time {
	if k.Since != 0 {
		return min(k.Since, k.Ended).Time()
	}
	return k.Ended.Time()
}
