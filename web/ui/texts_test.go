package ui_test

import (
	"os"
	"testing"

	"diwan.example/web/ui/uitest"
)

func TestOwnTexts(t *testing.T) { uitest.CheckTexts(t, os.DirFS(".")) }
