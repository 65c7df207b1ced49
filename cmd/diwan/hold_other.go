//go:build !unix

package main

// hold does nothing where files cannot be locked until a process ends.
func hold(string) (release func() error, err error) { return func() error { return nil }, nil }
