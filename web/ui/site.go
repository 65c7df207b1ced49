package ui

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"diwan.example/gov"
)

// Country is what the frame shows of the country's profile.
type Country struct {
	Name         gov.Text      // "مملكة البحرين"
	Service      gov.Text      // what the site calls itself; "ديوان" when empty
	Notice       gov.Text      // a line above every page, such as "sample data"; may be empty
	Accent       string        // "#8a1538"; its dark-mode sister is worked out from it
	Currency     gov.Currency  //
	Calendar     *gov.Calendar // its zone is the zone of every shown time
	Dial         string        // "+973", shown before phone numbers
	ArabicDigits bool          // show ٠١٢ instead of 012 in Arabic
}

// Site is the frame around every page. Fill the exported fields once, before
// serving; every hook may stay nil.
type Site struct {
	Country     Country
	Areas       []Area
	Log         *slog.Logger
	Clock       gov.Clock
	Actor       func(*http.Request) (gov.Actor, string) // who asks, and the name to show for them
	Unread      func(context.Context) int               // unread messages of the actor in ctx
	Accounts    func(*http.Request) []Link              // further lines in the account menu (act for …)
	Secure      bool                                    // served over TLS: cookies and HSTS
	StepUpFor   time.Duration                           // how long a fresh proof lasts; 0 means 10 minutes
	FormTargets []string                                // foreign origins a form may lead to (payment pages)

	routes  []RouteInfo
	mounted bool
	cross   http.CrossOriginProtection
	css     sync.Once
	country asset
}

// Area is a part of the site with its own navigation: portal, desk, oversight, admin.
type Area struct {
	Name  gov.Text
	Home  string   // "/desk"; the area of every path under it. The portal's is "/"
	Also  []string // further homes, for those whom Guard lets in: "/forum"
	Guard Guard    // who sees it in the header
	Links []Link
}

// Link is a line of navigation.
type Link struct {
	Text  gov.Text
	URL   string
	Guard Guard // who sees it; the zero Guard: whoever sees the area
	Badge bool  // shows the number of unread messages
	// Also are further addresses that it stands for.
	Also []string
}

func (l Link) visible(a gov.Actor) bool { return l.Guard.Allow == nil || l.Guard.Allow(a) }

func (s *Site) now() time.Time {
	if s.Clock == nil {
		return time.Now()
	}
	return s.Clock()
}

func (s *Site) stepUp() time.Duration { return cmp.Or(s.StepUpFor, 10*time.Minute) }

func (s *Site) log() *slog.Logger {
	if s.Log == nil {
		return slog.Default()
	}
	return s.Log
}

func (s *Site) name() gov.Text {
	if len(s.Country.Service) == 0 {
		return gov.T("ديوان", "Diwan")
	}
	return s.Country.Service
}

// Zone is the country's time zone; UTC when it has no calendar.
func (s *Site) Zone() *time.Location {
	if c := s.Country.Calendar; c != nil && c.Zone != nil {
		return c.Zone
	}
	return time.UTC
}
