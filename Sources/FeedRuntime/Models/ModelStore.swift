package import ScenePipeline
internal import Timeline

/// The models that feeds use, each loaded once.
///
/// A value, so that what a reload prepares can be thrown away. It keeps nothing that no feed uses: see
/// `prune`.
package struct ModelStore: Sendable {
    private struct Entry: Sendable {
        var file: ModelFileIdentity?
        var model: SharedModel
    }

    private var entries: [ModelKey: Entry] = [:]
    /// Keys that were looked at since the last `refresh`.
    private var fresh: Set<ModelKey> = []

    package init() {}

    /// Number of models held.
    package var count: Int { entries.count }

    /// From here on each file is looked at again once before its model is given out.
    package mutating func refresh() { fresh = [] }

    /// The model for `key`. Where another file stands at its path than the one that was read, that one is
    /// read; if it holds the same as before, the model stays the same.
    ///
    /// - Parameters:
    ///   - key: which model.
    ///   - load: reads a model; `ModelKey.load`, perhaps with a stopwatch.
    /// - Returns: the model, the same for the same content.
    /// - Throws: what `load` throws.
    package mutating func model(
        _ key: ModelKey, load: (ModelKey) throws -> ChosenModel
    ) throws -> SharedModel {
        let known = entries[key]
        if let known, fresh.contains(key) { return known.model }
        let file = key.file
        if let known, known.file == file {
            fresh.insert(key)
            return known.model
        }
        let loaded = SharedModel(try load(key))
        // The summary holds the digest of the file.
        let model = known.flatMap { $0.model.summary == loaded.summary ? $0.model : nil } ?? loaded
        entries[key] = Entry(file: file, model: model)
        fresh.insert(key)
        return model
    }

    /// Forgets all models but those in `used`.
    package mutating func prune(keeping used: [SharedModel]) {
        let used = Set(used.map { ObjectIdentifier($0) })
        entries = entries.filter { used.contains(ObjectIdentifier($0.value.model)) }
    }
}
