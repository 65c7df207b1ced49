package app

import (
	"context"
	"strings"

	"diwan.example/casework"
	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
	"diwan.example/payment/provider"
	"diwan.example/payment/provider/sandbox"
)

// openProviders makes the payment providers that are configured.
func (a *App) openProviders() error {
	a.Cashier.Providers = map[string]provider.Provider{}
	if a.Config.SandboxBank {
		a.Bank = &sandbox.Bank{
			DB: a.DB, Currency: a.Country.Currency, Secret: a.subkey("bank"), Base: "/bank", Hook: a.Config.Origin + "/hooks/payment/" + sandbox.Name,
			Wake: a.wake, Log: a.Log,
		}
		a.Cashier.Providers[sandbox.Name], a.Cashier.Default = a.Bank, sandbox.Name
	}
	return nil
}

// followers are all who follow the journal.
func (a *App) followers() []journal.Follower {
	return []journal.Follower{a.Cases.Follower(), catalogue.Follower()}
}

// jobKinds are all kinds of job.
func (a *App) jobKinds() map[string]jobs.Kind {
	all := map[string]jobs.Kind{}
	add := func(kinds map[string]jobs.Kind) {
		for k, v := range kinds {
			all[k] = v
		}
	}
	add(a.Cases.Timers())
	add(a.Cashier.Kinds())
	if a.Bank != nil {
		add(a.Bank.Kinds())
	}
	return all
}

func (a *App) secure() bool { return strings.HasPrefix(a.Config.Origin, "https://") }

// formTargets are the foreign sites a form may lead to: payment pages.
func (a *App) formTargets() []string { return nil }
