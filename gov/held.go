package gov

import (
	"context"
	"time"
)

// Gap says why an attribute could not be had.
type Gap string

// The gaps.
const (
	GapNone    Gap = "none"    // the registry holds no such record of the person
	GapAway    Gap = "away"    // the source does not answer now; it may later
	GapDenied  Gap = "denied"  // no agreement, or it does not allow this
	GapConsent Gap = "consent" // the person has not consented, and must
)

// Inquiry asks registries about one person for one purpose.
type Inquiry struct {
	Organisation OrgID     // who asks
	Service      ServiceID // for which service
	Case         CaseID    // for which case; empty: before there is one
	Person       PersonID  // about whom
	Civil        string    // instead of Person: the civil number of somebody who has no account
	Channel      Channel
	Purpose      string // in words, when there is no service
	Attributes   []AttributeID
}

// Held is what a registry says of one attribute, and how it was had. Value has
// the canonical shape of the attribute's kind (see internal/form); it is nil when
// Gap is set.
type Held struct {
	Attribute    AttributeID `json:"attribute"`
	Value        any         `json:"value,omitempty"`
	Gap          Gap         `json:"gap,omitempty"`
	Registry     RegistryID  `json:"registry,omitempty"`
	Organisation OrgID       `json:"organisation,omitempty"` // who keeps the registry
	Version      int64       `json:"version,omitempty"`      // of the record
	At           time.Time   `json:"at"`                     // when it was had
	Agreement    AgreementID `json:"agreement,omitempty"`    // under which; empty: the asker keeps the registry
}

// Inquirer asks registries. It gives one Held for every attribute asked, in that
// order; an error is only for what is wrong with the inquiry itself or with our
// own database. Each read is in the person's access log when it returns.
type Inquirer func(ctx context.Context, in Inquiry) ([]Held, error)
