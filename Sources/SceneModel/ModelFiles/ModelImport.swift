internal import Glibc
package import TensorKernels

/// Turns the checkpoints of others into a model file: names and metadata are put in order, values stay as they are.
package struct ModelImport: Sendable {
    /// What the user says about the weights; nil leaves it to what the file shows.
    package struct Claims: Sendable {
        package var licence: String?
        package var encoder: String?
        package var headCount: Int?
        package var threshold: Double?
        /// Of a CLIP image encoder.
        package var activation: Activation?
        /// Of the image encoder's products.
        package var precision: Precision?

        package init() {}
    }

    package let family: CheckpointFamily
    package let metadata: ModelMetadata
    /// Tensors written.
    package let tensorCount: Int
    /// Names of tensors that were left out, in the order of the file.
    package let leftOut: [String]
    /// What bfloat16 does to the encoder's vectors; nil where it runs in float32.
    package let check: PrecisionCheck?
    /// Whether bfloat16 was wanted, but this processor cannot run it: nothing could be compared, and the file is for float32.
    package let isUnchecked: Bool

    /// Reads `path` and writes `output`, all or nothing: what was written is verified before it takes its name.
    ///
    /// Layers are put into the file once more as this processor's kernels want them, so that runs map them. Nothing of a
    /// checkpoint is executed. bfloat16 is kept only if `PrecisionCheck` passes. Memory: about four times the weights.
    package init(path: String, output: String, claims: Claims) throws(ModelFileError) {
        let source = try CheckpointSource(path: path)
        guard let family = CheckpointFamily(source.names) else {
            let examples = source.names.prefix(3).map(ModelFileError.quoted).joined(separator: ", ")
            throw ModelFileError(
                .missingTensor, path: path,
                detail:
                    "holds neither BaSSL nor a ResNet nor CLIP, but \(source.names.count) tensors (\(examples))",
                remedy: "give one of these")
        }
        var writer = SafetensorsWriter()
        var stored: Set<String> = []
        var leftOut: [String] = []
        for name in source.names {
            guard let target = family.storedName(name), stored.insert(target).inserted else {
                leftOut.append(name)
                continue
            }
            try source.copy(name, to: &writer, as: target)
        }
        var metadata = try ModelMetadata(source.metadata, path: path)
        metadata.source = path.split(separator: "/").last.map(String.init) ?? path
        metadata.sourceDigest = try source.digest()
        metadata.licence = claims.licence ?? metadata.licence
        metadata.encoder = claims.encoder ?? metadata.encoder
        metadata.headCount = claims.headCount ?? metadata.headCount
        metadata.threshold = claims.threshold ?? metadata.threshold
        metadata.activation = claims.activation ?? metadata.activation
        metadata.precision = claims.precision ?? metadata.precision
        let isUnchecked = !metadata.precision.isAvailable
        metadata.precision = metadata.precision.orAvailable
        (metadata.leastCosine, metadata.meanCosine) = (nil, nil)
        metadata.packed = nil
        if stored.contains("head_sbd.weight") {
            metadata.head = .sbd
        } else {
            metadata.head = stored.contains(ModelTensorReader.pseudoBoundaryHead + ".weight") ? .pp : .none
        }

        let unverified = output + ".unverified"
        writer.metadata = metadata.entries
        try writer.write(to: unverified)
        defer { unlink(unverified) }
        var check: PrecisionCheck?
        do {
            // What the tensors say goes into the metadata, so the file is written once more.
            let file = try SafetensorsFile(path: unverified)
            metadata.complete(with: try ModelOutline(file: file))
            check = try Self.check(file, metadata.precision)
            metadata.leastCosine = check.map { PrecisionCheck.text($0.least) }
            metadata.meanCosine = check.map { PrecisionCheck.text($0.mean) }
            for (name, weights) in try ModelLayers.packed(file).layers {
                let values = weights.floats.values
                writer.add(PackedLayers.prefix + name, shape: [values.count], floats: values)
            }
            metadata.packed = PackedShape.form(.best, metadata.precision)
            writer.metadata = metadata.entries
            try writer.write(to: unverified)
            _ = try ModelOutline(verifying: SafetensorsFile(path: unverified))
        } catch {
            // The user knows the file by its own name.
            throw ModelFileError(error.code, path: path, detail: error.detail, remedy: error.remedy)
        }
        guard rename(unverified, output) == 0 else {
            throw ModelFileError(
                .unwritable, path: output, detail: "cannot write it (\(String(cString: strerror(errno))))",
                remedy: "check the folder and its permissions")
        }
        self.family = family
        self.metadata = metadata
        tensorCount = stored.count
        self.leftOut = leftOut
        self.check = check
        self.isUnchecked = isUnchecked
    }

    /// nil for float32, and for files without an image encoder; a fault if the precision may not be kept.
    private static func check(
        _ file: SafetensorsFile, _ precision: Precision
    ) throws(ModelFileError) -> PrecisionCheck? {
        guard precision != .float32, let check = try PrecisionCheck(file, precision: precision) else {
            return nil
        }
        guard check.isPassed else {
            throw ModelFileError(
                .unsuitablePrecision, path: file.path,
                detail:
                    "in \(precision.rawValue) the encoder's vectors turn too far: the least cosine with those of "
                    + "float32 is \(PrecisionCheck.text(check.least)), below \(PrecisionCheck.bar)",
                remedy: "import it with --precision float32")
        }
        return check
    }
}

extension ModelMetadata {
    /// Fills in what the tensors show and nobody has said.
    fileprivate mutating func complete(with outline: ModelOutline) {
        neighborCount = outline.context?.neighborCount
        encoder = encoder ?? outline.encoder?.name
        architecture = outline.architecture
        preprocessing = preprocessing ?? outline.encoder?.preprocessing
        guard outline.context != nil else { return }
        // BaSSL never splits shots, and reports a boundary above 0.5.
        split = split ?? "none"
        threshold = threshold ?? (head == .none ? nil : 0.5)
    }
}
