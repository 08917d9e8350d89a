"""Amounts of money as people write them: with as many decimals as ISO 4217 gives the currency."""

from store.units import Amount

_DECIMALS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""ISO 4217's minor units, where they are not two."""
_FINEST = 4


def decimals(currency: str | None) -> int:
    """Two where the currency is not known."""
    return _DECIMALS.get((currency or "").strip().upper(), 2)


def charged(fees: int, currency: str | None) -> Amount:
    """Ten-thousandths of the main unit, half up to what can be paid in that currency."""
    step = 10 ** (_FINEST - min(decimals(currency), 2))
    return Amount((fees + step // 2) // step * step // 100)


def show_money(amount: int, currency: str | None) -> str:
    """`1,234.50 EUR`, `1,235 JPY`, `1,234.500 KWD`: from hundredths, half away from zero."""
    places = decimals(currency)
    scaled = (abs(amount) * 10**places + 50) // 100
    whole, rest = divmod(scaled, 10**places)
    figure = f"{whole:,}.{rest:0{places}d}" if places else f"{whole:,}"
    return f"{'-' if amount < 0 and scaled else ''}{figure} {currency or ''}".rstrip()
