import ArgumentParser
import SceneModel
import TensorKernels
import Timeline

/// `scened model`: model files.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Import, show and check the weights of networks.",
        subcommands: [Import.self, ScenePatches.self, Info.self, Verify.self])

    /// `scened model import`: from the checkpoints of others to a model file.
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Turn a checkpoint of BaSSL, torchvision, CLIP or SlowFast's slow pathway into a model file.",
            discussion: """
                Examples:
                  scened model import model-v1.ckpt --output bassl.safetensors --license "Apache-2.0 code, MovieNet data"
                  scened model import resnet50.pth --output resnet50.safetensors
                  scened model import open_clip_pytorch_model.bin --output clip.safetensors --activation gelu
                  scened model import ViT-B-32.pt --vocabulary bpe_simple_vocab_16e6.txt.gz --output clip.safetensors
                  scened model import clip.safetensors --genres film.tsv --output genres.safetensors
                  scened model import SLOW_8x8_R50.pyth --side 112 --output slow.safetensors
                  scened segment film.mp4 --model bassl.safetensors

                It reads PyTorch checkpoints (zip, legacy, TorchScript) and safetensors files. Nothing in a \
                checkpoint is executed: a checkpoint that asks to run code is refused. A pre-trained BaSSL \
                checkpoint has no boundary head; its pseudo-boundary head then serves as the paper's detector \
                without labels.

                --vocabulary includes CLIP's text tower, so that scened tag and --tags can tag scenes with sentences.

                --genres makes vectors of genres with that text tower: embed then writes each part's affinities with \
                them, and scened train learns how they relate to boundaries.

                --precision bfloat16 is kept only if the vectors stay the same: the encoder runs over a fixed set of \
                generated pictures in both precisions, and if a cosine between the vectors is below 0.999, the \
                import ends with 65 and writes nothing. Without AVX512-BF16 this cannot be checked; the file is then \
                made for float32, and a line says so.

                Exit status: 0 done; 64 wrong usage; 65 the checkpoint cannot be used; 66 it cannot be opened; \
                73 the output cannot be written.
                """)

        @Argument(help: "A file of torch.save or safetensors.")
        var checkpoint: String

        @Option(
            name: [.short, .long],
            help: ArgumentHelp("Write the model to this file (safetensors).", valueName: "file"))
        var output: String

        @Option(
            name: [.long, .customLong("licence")],
            help: ArgumentHelp("License of the weights; kept in the file.", valueName: "text"))
        var license: String?

        @Option(
            help: ArgumentHelp(
                "Encoder whose embeddings the network takes. Default: that of the file.", valueName: "name"))
        var encoder: String?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Attention heads of the context network. Default: 8, as in BaSSL.", valueName: "count"),
            transform: NumberArgument.whole)
        var heads: Int?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Score from which a boundary counts, 0 to 1. Default: 0.5.", valueName: "score"),
            transform: NumberArgument.decimal)
        var threshold: Double?

        @Option(
            help: ArgumentHelp(
                "Activation of CLIP: quick_gelu (OpenAI's weights) or gelu. Default: quick_gelu.",
                valueName: "name"))
        var activation: String?

        @Option(
            help: ArgumentHelp(
                "Include CLIP's text tower, whose vocabulary is in these files: bpe_simple_vocab_16e6.txt.gz, or "
                    + "vocab.json,merges.txt.", valueName: "files"))
        var vocabulary: String?

        @Option(
            help: ArgumentHelp(
                "How the image encoder treats a shot that is black, or a title on black: skip (the shot is left out, and its neighbors are compared) or embed (as BaSSL does). Default: embed with BaSSL's network, otherwise skip.",
                valueName: "rule"))
        var blank: String?

        @Option(
            help: ArgumentHelp(
                "Numbers in which the image encoder's products are computed: float32 or bfloat16 (1.5 to 1.9 times as fast "
                    + "on processors with AVX512-BF16, for slightly other embeddings, which are checked; other processors use "
                    + "float32). Default: float32.",
                valueName: "name"))
        var precision: String?

        @OptionGroup(title: "Clips") var clips: ClipArguments

        @OptionGroup(title: "Genres") var genres: GenreArguments

        func validate() throws {
            guard precision.map({ Precision(rawValue: $0) != nil }) ?? true else {
                throw ValidationError("--precision takes float32 or bfloat16")
            }
            guard blank.map({ BlankRule(rawValue: $0) != nil }) ?? true else {
                throw ValidationError("--blank takes skip or embed")
            }
            guard activation.map({ ModelMetadata.activations[$0] != nil }) ?? true else {
                throw ValidationError("--activation takes quick_gelu or gelu")
            }
            guard vocabulary.map({ !CommaList.items($0).contains("") }) ?? true else {
                throw ValidationError("--vocabulary takes files, separated by commas")
            }
            guard heads.map({ 1...1024 ~= $0 }) ?? true else {
                throw ValidationError("--heads takes 1 to 1024")
            }
            guard threshold.map({ 0...1 ~= $0 }) ?? true else {
                throw ValidationError("--threshold takes 0 to 1")
            }
        }

        func run() throws {
            var files = FileRoles()
            files.read([checkpoint] + (vocabulary.map(CommaList.items) ?? []))
            files.read(genres.genres)
            files.write(output)
            try files.check()
            var claims = ModelImport.Claims()
            claims.license = license
            claims.encoder = encoder
            claims.headCount = heads
            claims.threshold = threshold
            claims.activation = activation.flatMap { ModelMetadata.activations[$0] }
            claims.blankRule = blank.flatMap(BlankRule.init)
            claims.precision = precision.flatMap(Precision.init)
            claims.clip = clips.sampling
            claims.side = clips.side
            claims.vocabulary = vocabulary.map(CommaList.items)
            claims.genres = try genres.definitions()
            claims.genreSettings = genres.settings
            let result: ModelImport
            do {
                result = try ModelImport(path: checkpoint, output: output, claims: claims)
            } catch {
                throw CommandFailure(error)
            }
            Console.say("\(output): \(result.metadata.architecture ?? "?"), \(result.tensorCount) tensors")
            if !result.leftOut.isEmpty {
                Console.say("left out: \(result.leftOut.count) tensors that no encoder or scorer here uses")
            }
            if result.leavesTextOut {
                Console.say(
                    "without CLIP's text tower, which tags scenes with sentences: --vocabulary includes it"
                )
            }
            if let genres = result.genres, let evenness = genres.evenness {
                Console.say(genres.remark(evenness) + " over \(ProbePictures.count) generated pictures")
                if let warning = genres.warning { Console.say(warning) }
            }
            if let check = result.check {
                Console.say(
                    "bfloat16: cosines with float32 over \(ProbePictures.count) pictures: least "
                        + "\(PrecisionCheck.text(check.least)), mean \(PrecisionCheck.text(check.mean))")
            }
            if result.isUnchecked {
                Console.say(
                    "this processor has no bfloat16 products, so vectors in it cannot be checked: the file is for float32; "
                        + "import on a processor with AVX512-BF16 for bfloat16")
            }
            if result.family == .bassl { Console.say(Self.remark(result.metadata.head)) }
        }

        /// What the head makes of the file.
        private static func remark(_ head: ModelMetadata.Head) -> String {
            switch head {
            case .sbd: "boundary head: fine-tuned (head_sbd)"
            case .pp:
                "boundary head: none, the checkpoint is only pre-trained; its pseudo-boundary head (PP) serves as the "
                    + "paper's detector without labels, 31.55 AP there against 57.40 with labels"
            case .none: "boundary head: none, and no pseudo-boundary head; the file is for training"
            }
        }
    }

    /// `scened model info`: what a model file holds.
    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a model file holds.",
            discussion: """
                Examples:
                  scened model info bassl.safetensors
                  scened model info bassl.safetensors --json
                """)

        @Argument(help: "A model file (safetensors).")
        var file: String

        @Flag(help: "Print one JSON object instead of a table.")
        var json = false

        func run() throws {
            var files = FileRoles()
            files.read(file)
            files.write(nil)
            try files.check()
            do {
                let outline = try ModelOutline(file: SafetensorsFile(path: file))
                try LineOutput.standardOutput().write(
                    json ? ModelReport.json(outline) : ModelReport.table(outline))
            } catch let error as ModelFileError {
                throw CommandFailure(error)
            }
        }
    }

    /// `scened model verify`: whether a model file can be used.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check every tensor of a model file, and print its digest.",
            discussion: """
                Example:
                  scened model verify bassl.safetensors

                Exit status: 0 the file is good: its digest (SHA-256) and name are printed, as sha256sum does; 65 it is \
                not, and one line says why; 66 it cannot be opened.
                """)

        @Argument(help: "A model file (safetensors).")
        var file: String

        func run() throws {
            var files = FileRoles()
            files.read(file)
            files.write(nil)
            try files.check()
            do {
                let outline = try ModelOutline(verifying: SafetensorsFile(path: file))
                try LineOutput.standardOutput().write("\(outline.digest)  \(file)\n")
            } catch let error as ModelFileError {
                throw CommandFailure(error)
            }
        }
    }
}
