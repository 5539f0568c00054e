import SceneModel
import SceneSegmentation

/// A probe's file, with the scene encoder that it was taught with.
struct ProbeInput {
    var value: Probe
    /// As the user named it.
    var path: String
    var sceneEncoder: any SceneEncoder

    /// Throws `CommandFailure`: it cannot be read, or was taught with a scene encoder that this program
    /// lacks.
    static func read(_ path: String) throws(CommandFailure) -> ProbeInput {
        let probe: Probe
        do throws(ModelFileError) {
            probe = try Probe(path: path)
        } catch {
            throw CommandFailure(error)
        }
        let name = probe.description.sceneEncoder
        guard let encoder = SceneEncoders.named(name) else {
            let known = SceneEncoders.all.map(\.name).joined(separator: ", ")
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(path): it was taught with scene encoder '\(name)', this scened knows \(known); use the scened that made it, or teach another"
            )
        }
        return ProbeInput(value: probe, path: path, sceneEncoder: encoder)
    }
}
