// Confines itself as a worker does, then tries on each of its threads what the confinement must forbid.
// ConfinementTests reads the answers. Arguments: the input, the nets (`all`, or names separated by commas), a
// folder with a file `victim`, and `early` for a thread that is there before.
import FeedRuntime
import ConfinementCalls
import Glibc

let arguments = CommandLine.arguments
let folder = arguments[3]
let nets = ConfinementGaps(names: arguments[2])
var early: Probe?
if arguments.contains("early") { early = Probe("early", waits: true) }
let missing = WorkerConfinement(input: FeedAddress(arguments[1])).apply(nets)
print("missing", missing.names.joined(separator: ","))
fflush(nil)
early?.go()
let later = Probe("later", waits: false)
for probe in [early, later].compactMap({ $0 }) { probe.join() }
probe_all("main", folder)
exit(0)
