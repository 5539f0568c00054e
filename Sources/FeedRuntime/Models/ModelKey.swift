internal import Glibc
internal import Platform
package import ScenePipeline

/// Which model a feed asks for.
package struct ModelKey: Hashable, Sendable {
    /// The file; nil for what needs no weights.
    package var path: String?
    /// K where the file does not say it.
    package var neighborCount: Int
    /// By what parts are compared, without a network or by a relational one; nil leaves it to the model.
    package var similarity: Set<SimilarityCue>?
    /// Sound may be read.
    package var hears: Bool

    package init(
        path: String?, neighborCount: Int, similarity: Set<SimilarityCue>? = nil, hears: Bool = true
    ) {
        self.path = path
        self.neighborCount = neighborCount
        self.similarity = similarity
        self.hears = hears
    }

    /// Reads the model; an image encoder takes seconds.
    ///
    /// - Throws: `ModelFileError`.
    package func load() throws -> ChosenModel {
        try path.map {
            try ChosenModel(
                path: $0, neighborCount: neighborCount, threadCount: 0, similarity: similarity,
                hears: hears)
        } ?? ChosenModel(neighborCount: neighborCount, similarity: similarity ?? [.encoder])
    }

    /// What stands at the path now; nil where there is no file.
    package var file: ModelFileIdentity? { path.flatMap(ModelFileIdentity.init) }
}

/// Tells one state of a file from another without reading it.
package struct ModelFileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    /// Last change of its content, and of what is said about it.
    private let times: [Int]

    init?(_ path: String) {
        var facts = stat()
        guard FileName.withBytes(path, { stat($0, &facts) }) == 0 else { return nil }
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
        size = Int64(facts.st_size)
        times = [facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec]
    }
}
