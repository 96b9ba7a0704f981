/** The query that GraphiQL shows at first. */
export const exampleQuery = `# Start a job, and watch it:
#
#   mutation {
#     registerVideo(input: { title: "Harbour news", path: "harbour-news.mp4" }) {
#       ... on RegisterVideoPayload { video { id } } ... on Error { message } }
#     createPersona(input: { name: "Ana", role: "Port economist", informationNeed: "What the harbour costs" }) {
#       ... on CreatePersonaPayload { persona { id } } } }
#   mutation {
#     summarizeVideo(input: { videoId: "…", personaId: "…" }) {
#       ... on SummarizeVideoPayload { job { id } } ... on Error { message } } }
#   subscription { jobUpdated(id: "…") { state progress stage version } }

query Jobs {
  jobs {
    edges {
      node {
        id
        type
        state
        progress
        stage
      }
    }
  }
}
`;
