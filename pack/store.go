package pack

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: pack_*.

func digestOf(tx *db.Tx, s gov.ServiceID, version string) (string, bool, error) {
	return db.One(tx, db.Scalar[string], `SELECT digest FROM pack_version WHERE service=$1 AND version=$2`, string(s), version)
}

func filesOf(tx *db.Tx, s gov.ServiceID, version string) (map[string]string, bool, error) {
	return db.One(tx, func(scan func(...any) error) (files map[string]string, err error) {
		return files, scan(db.Doc{To: &files})
	}, `SELECT files FROM pack_version WHERE service=$1 AND version=$2`, string(s), version)
}

func insertVersion(tx *db.Tx, p *Pack) error {
	return tx.Exec(`INSERT INTO pack_version (service, version, digest, files, published, publisher, current, head) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		string(p.ID), p.Version, p.Digest, db.JSON(p.Files), tx.Millis(), string(tx.Actor().Person), false, db.JSON(p.Head()))
}

func makeCurrent(tx *db.Tx, s gov.ServiceID, version string) error {
	if err := tx.Exec(`UPDATE pack_version SET current=$1 WHERE service=$2 AND current`, false, string(s)); err != nil {
		return err
	}
	return tx.Exec(`UPDATE pack_version SET current=$1 WHERE service=$2 AND version=$3`, true, string(s), version)
}

func versionInForce(tx *db.Tx, s gov.ServiceID) (string, bool, error) {
	return db.One(tx, db.Scalar[string], `SELECT version FROM pack_version WHERE service=$1 AND current`, string(s))
}

func inForce(tx *db.Tx) ([]gov.ServiceID, error) {
	return db.Rows(tx, db.Scalar[gov.ServiceID], `SELECT service FROM pack_version WHERE current ORDER BY service`)
}

type headRow struct {
	service gov.ServiceID
	head    Head
}

func headsInForce(tx *db.Tx) ([]headRow, error) {
	return db.Rows(tx, func(scan func(...any) error) (r headRow, err error) {
		return r, scan(&r.service, db.Doc{To: &r.head})
	}, `SELECT service, head FROM pack_version WHERE current ORDER BY service`)
}

func versionsOf(tx *db.Tx, s gov.ServiceID) ([]Version, error) {
	return db.Rows(tx, func(scan func(...any) error) (v Version, err error) {
		return v, scan(&v.Service, &v.Version, &v.Digest, &v.Published, &v.Publisher, &v.Current)
	}, `SELECT service, version, digest, published, publisher, current FROM pack_version WHERE service=$1 ORDER BY published DESC, version DESC`, string(s))
}
