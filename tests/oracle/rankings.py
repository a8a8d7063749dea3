"""Rankings over the whole base: top, bottom and tiles."""

from fractions import Fraction
from math import ceil

from operands import TILES


def ntile(place, population, tiles):
    """SQL's NTILE for the 0-based place in a population: the first ones take one more where it does not divide."""
    size, larger = divmod(population, tiles)
    in_larger = larger * (size + 1)
    if place < in_larger:
        return place // (size + 1) + 1
    return larger + (place - in_larger) // size + 1


class Rankings:
    """The part of the oracle that ranks; answers are kept by node and t, as every contact asks the same."""

    def ranked(self, metric, among, t):
        """The metric and id of the population, ascending by metric, then id by bytes."""
        population = []
        for contact in self.base.contacts.values():
            scope = self.scope(contact, t)
            if among is None or self.holds(among, scope):
                value = self.value(metric, scope)
                if value is not None:
                    population.append((value, contact.id.encode(), contact.id))
        return sorted(population)

    def chosen(self, node, end, t):
        """The ids that `top` or `bottom` takes."""
        return self._kept(node, end, t, self._choose)

    def tiles(self, node, word, t):
        """The tile, or the percentile, of each id of the population."""
        return self._kept(node, word, t, self._tile)

    def _kept(self, node, word, t, calculate):
        key = id(node), t
        if key not in self.rankings:
            self.rankings[key] = node, calculate(node, word, t)
        return self.rankings[key][1]

    def _choose(self, node, end, t):
        population = self.ranked(node["by"], node.get("among"), t)
        if end == "top":
            population.sort(key=lambda entry: entry[0], reverse=True)
        size = node[end]
        if isinstance(size, dict):
            size = ceil(Fraction(size["percent"]) * len(population) / 100)
        return {identifier for _, _, identifier in population[:int(size)]}

    def _tile(self, node, word, t):
        population = self.ranked(node[word], node.get("among"), t)
        size = len(population)
        if word == "percentile":
            values = [value for value, _, _ in population]
            return {identifier: Fraction(100 * sum(other <= value for other in values), size)
                    for value, _, identifier in population}
        return {identifier: Fraction(ntile(place, size, TILES[word]))
                for place, (_, _, identifier) in enumerate(population)}
