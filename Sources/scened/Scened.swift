import ArgumentParser

@main
struct Scened: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scened", abstract: "Finds the scenes of a video while it is being read.")
}
