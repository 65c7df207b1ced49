package country

import "strconv"

// GovernorateOf names the governorate of an address block, by id; "" when the
// profile does not know the block.
func (c *Country) GovernorateOf(block string) string {
	n, err := strconv.Atoi(block)
	if err != nil {
		return ""
	}
	for _, g := range c.Governorates {
		for _, a := range g.Areas {
			if n >= a.First && n <= a.Last {
				return g.ID
			}
		}
	}
	return ""
}
