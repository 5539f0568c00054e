internal import Platform
internal import SceneModel
package import SceneTraining

/// The folder of a run: `checkpoint.safetensors` while it is not finished, `metrics.jsonl`, `curves.svg`.
package struct RunFolder: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    package var checkpointPath: String { path + "/checkpoint.safetensors" }
    package var metricsPath: String { path + "/metrics.jsonl" }
    package var curvesPath: String { path + "/curves.svg" }
    package var cachePath: String { path + "/cache" }

    /// Whether a run stands there that has not come to its end.
    package var hasCheckpoint: Bool { FileKind(path: checkpointPath) != nil }

    package func make() throws(TrainingDataError) {
        do throws(DurableFileError) {
            try PosixFiles().createDirectory(path, mode: 0o777)
        } catch {
            throw unwritable(path, error.reason, error.remedy)
        }
    }

    /// Throws where it cannot be opened, or is damaged: nothing can mend that.
    package func readCheckpoint() throws(TrainingDataError) -> Checkpoint {
        do throws(ModelFileError) {
            return try Checkpoint(SafetensorsFile(path: checkpointPath))
        } catch {
            let isEmpty = (try? PosixFiles().facts(of: checkpointPath))?.size == 0
            guard isEmpty || error.code != .unreadable else { throw TrainingDataError(error) }
            throw TrainingDataError(
                .unusable,
                "\(checkpointPath): the checkpoint cannot be used (\(error.detail)): remove it and begin again"
            )
        }
    }

    /// All or nothing: a run that is killed meanwhile keeps the one before.
    package func write(_ checkpoint: Checkpoint) throws(TrainingDataError) {
        do {
            try checkpoint.writer.write(to: checkpointPath, kind: "checkpoint")
        } catch {
            throw TrainingDataError(error)
        }
    }

    package func removeCheckpoint() { try? PosixFiles().remove(checkpointPath) }

    /// Leaves of `metrics.jsonl` what belongs to the first `step` steps; nothing for 0.
    package func cutMetrics(after step: Int) throws(TrainingDataError) {
        let kept = step == 0 ? [] : rows.filter { $0.line.step <= step }.map(\.bytes)
        var bytes: [UInt8] = []
        for row in kept { bytes += row + [UInt8(ascii: "\n")] }
        try write(bytes, to: metricsPath)
    }

    /// Draws the curves of what `metrics.jsonl` holds.
    package func drawCurves() throws(TrainingDataError) {
        let plot = CurvePlot(rows.map(\.line))
        try write(Array(plot.svg.utf8), to: curvesPath)
    }

    private func write(_ bytes: [UInt8], to path: String) throws(TrainingDataError) {
        do throws(OutputError) {
            var file = try OutputFile(path: path)
            try file.write(bytes)
            try file.finish()
        } catch {
            throw unwritable(path, error.reason, error.remedy)
        }
    }

    private var rows: [(bytes: [UInt8], line: MetricsLine)] {
        let files = PosixFiles()
        guard let size = (try? files.facts(of: metricsPath))?.size,
            let bytes = try? files.read(metricsPath, from: 0, count: Int(size))
        else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { bytes in
            MetricsLine(parsing: bytes).map { (Array(bytes), $0) }
        }
    }

    private func unwritable(_ path: String, _ reason: String, _ remedy: String) -> TrainingDataError {
        TrainingDataError(
            .unwritable, "\(path): cannot be written (\(reason)): \(remedy), or give --run another folder")
    }
}
