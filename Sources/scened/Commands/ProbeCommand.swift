import ArgumentParser

/// `scened probe`: labels that somebody teaches by examples.
struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Teach a tag by examples, and tag scenes with it.",
        discussion: """
            Start with:  scened probe train examples.csv archive/ --output snow.safetensors
            Then:        scened probe apply snow.safetensors film.npz
            """,
        subcommands: [ProbeTrain.self, ProbeApply.self])
}
