package effort

import (
	"crypto/sha256"
	"testing"
	"time"
)

func TestWorkCountsAndWaitingDoesNot(t *testing.T) {
	began, clock := Spent(), time.Now()
	var sum [32]byte
	for Spent()-began < 50*time.Millisecond { // ends only if work is counted
		sum = sha256.Sum256(sum[:])
	}
	worked := Spent()
	<-time.After(300 * time.Millisecond)
	if waited := Spent() - worked; waited > 150*time.Millisecond {
		t.Errorf("waiting cost %v", waited)
	}
	if passed := time.Since(clock); passed < 300*time.Millisecond {
		t.Errorf("only %v passed", passed)
	}
}
