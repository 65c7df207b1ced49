//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"

	"diwan.example/gov"
)

// hold keeps a data folder for this process alone until release is called or the
// process ends, however it ends. Errors: Unavailable when another process has it.
func hold(folder string) (release func() error, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, gov.Fail(gov.Unavailable, "تعذّر إنشاء مجلد البيانات", "The data folder cannot be made").Because(err)
	}
	f, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, gov.Fail(gov.Unavailable, "لا يمكن الكتابة في مجلد البيانات", "The data folder cannot be written to").Because(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, gov.Fail(gov.Unavailable, "مجلد البيانات مشغول: ديوان يعمل عليه الآن في عملية أخرى", "Another diwan is running on this data folder; stop it, or give another folder with --data (try) or --database (serve)")
	}
	return f.Close, nil
}
