package transparency

import (
	"os"
	"testing"

	"diwan.example/web/ui/uitest"
)

func TestTexts(t *testing.T)  { uitest.CheckTexts(t, os.DirFS(".")) }
func TestRoutes(t *testing.T) { uitest.CheckRoutes(t, new(Transparency).Routes()) }
