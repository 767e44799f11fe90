"""What goes wrong around a simulated station, by names that a plan gives: see `station_run`."""

from byteport_mocks.board.resets import BUTTON, HARD_RESET, POWER_CUT, BoardReset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from byteport_mocks.board.byteport_broker import ByteportBroker
    from byteport_mocks.board.simulated_board import SimulatedBoard
    from byteport_mocks.board.station_parts import Part
    from byteport_mocks.board.store_service import StoreService

_FOR_EVER = 1 << 30


class Troubles:
    """Each is a method that gets the plan's argument; ``tell_reset`` gets what ends a life."""

    def __init__(
        self,
        board: "SimulatedBoard",
        networks: "list[tuple[dict[str, Any], str]]",
        service: "ByteportBroker | StoreService",
        parts: "dict[str, Part]",
        tell_reset: "Any",
    ) -> None:
        self._board = board
        self._networks = networks
        self._service = service
        self._parts = parts
        self._tell_reset = tell_reset

    def wifi(self, there: bool) -> None:
        """Switch every access point on or off."""
        for network, password in self._networks:
            if there:
                self._board.wifi.add_network(
                    network["ssid"], password, hidden=network.get("hidden", False)
                )
            else:
                self._board.wifi.remove_network(network["ssid"])

    def internet(self, there: bool) -> None:
        """Let the router lose what it should pass on."""
        self._board.internet.up = there

    def service(self, there: bool) -> None:
        """Let the service answer 503, or a broker take nobody."""
        self._service.be_there(there)

    def ntp(self, there: bool) -> None:
        """Let no time server answer."""
        self._board.ntp_failures = 0 if there else _FOR_EVER

    def unplug(self, name: str) -> None:
        self._parts[name].unplug()

    def plug(self, name: str) -> None:
        self._parts[name].plug()

    def reset(self, _: object) -> None:
        """Press the reset button."""
        self._tell_reset(BUTTON)
        raise BoardReset(BUTTON, HARD_RESET)

    def power(self, ms: int) -> None:
        """Take the power for so long."""
        self._tell_reset(POWER_CUT)
        self._board.cut_power(ms)
