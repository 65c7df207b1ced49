package cpsvap

import "diwan.example/internal/rdf"

// The vocabularies.
const (
	nsCPSV   = "http://purl.org/vocab/cpsv#"
	nsCV     = "http://data.europa.eu/m8g/"
	nsDCT    = "http://purl.org/dc/terms/"
	nsDCAT   = "http://www.w3.org/ns/dcat#"
	nsADMS   = "http://www.w3.org/ns/adms#"
	nsELI    = "http://data.europa.eu/eli/ontology#"
	nsFOAF   = "http://xmlns.com/foaf/0.1/"
	nsLOCN   = "http://www.w3.org/ns/locn#"
	nsORG    = "http://www.w3.org/ns/org#"
	nsSchema = "https://schema.org/"
	nsSKOS   = "http://www.w3.org/2004/02/skos/core#"
	nsTime   = "http://www.w3.org/2006/time#"
	nsOWL    = "http://www.w3.org/2002/07/owl#"
	nsRDFS   = "http://www.w3.org/2000/01/rdf-schema#"

	ours  = "urn:diwan:"        // everything that this product names
	terms = ours + "vocab:"     // its own properties and classes
	codes = ours + "code:"      // values that are no IRI, as concepts
	lists = ours + "code-list:" // concept schemes

	euLanguages = "http://publications.europa.eu/resource/authority/language/"
	euCountries = "http://publications.europa.eu/resource/authority/country/"
	euCurrency  = "http://publications.europa.eu/resource/authority/currency/"
)

// Prefixes are the short names in the files that are written.
var Prefixes = []rdf.Prefix{
	{Name: "adms", IRI: nsADMS}, {Name: "cpsv", IRI: nsCPSV}, {Name: "cv", IRI: nsCV}, {Name: "dcat", IRI: nsDCAT}, {Name: "dct", IRI: nsDCT},
	{Name: "dw", IRI: terms}, {Name: "eli", IRI: nsELI}, {Name: "foaf", IRI: nsFOAF}, {Name: "locn", IRI: nsLOCN}, {Name: "org", IRI: nsORG},
	{Name: "owl", IRI: nsOWL}, {Name: "rdfs", IRI: nsRDFS}, {Name: "schema", IRI: nsSchema}, {Name: "skos", IRI: nsSKOS}, {Name: "time", IRI: nsTime},
	{Name: "xsd", IRI: rdf.XSD},
}

// Classes.
const (
	classService       = nsCPSV + "PublicService"
	classRule          = nsCPSV + "Rule"
	classOrganisation  = nsCV + "PublicOrganisation"
	classChannel       = nsCV + "Channel"
	classCost          = nsCV + "Cost"
	classEvidence      = nsCV + "Evidence"
	classRequirement   = nsCV + "Requirement"
	classOutput        = nsCV + "Output"
	classParticipation = nsCV + "Participation"
	classContact       = nsCV + "ContactPoint"
	classEvent         = nsCV + "Event"
	classLifeEvent     = nsCV + "LifeEvent"
	classBusinessEvent = nsCV + "BusinessEvent"
	classLegal         = nsELI + "LegalResource"
	classDataset       = nsDCAT + "Dataset"
	classDocument      = nsFOAF + "Document"
	classAgent         = nsFOAF + "Agent"
	classAddress       = nsLOCN + "Address"
	classOrg           = nsORG + "Organization"
	classHours         = nsTime + "TemporalEntity"
	classHoursSpec     = nsSchema + "OpeningHoursSpecification"
	classLanguage      = nsDCT + "LinguisticSystem"
	classLocation      = nsDCT + "Location"
	classConcept       = nsSKOS + "Concept"
	classScheme        = nsSKOS + "ConceptScheme"
	classCriterion     = nsCV + "Criterion"
	classInformation   = nsCV + "InformationRequirement"
	classConstraint    = nsCV + "Constraint"
	classProcedure     = terms + "Procedure"
	classStep          = terms + "Step"
	classPoint         = terms + "InteractionPoint"
)

// Properties of the standard and the vocabularies it uses.
const (
	identifier       = nsDCT + "identifier"
	title            = nsDCT + "title"
	description      = nsDCT + "description"
	kind             = nsDCT + "type"
	inLanguage       = nsDCT + "language"
	spatial          = nsDCT + "spatial"
	audience         = nsDCT + "audience"
	requires         = nsDCT + "requires"
	relation         = nsDCT + "relation"
	creator          = nsDCT + "creator"
	publisher        = nsDCT + "publisher"
	hasPart          = nsDCT + "hasPart"
	keyword          = nsDCAT + "keyword"
	status           = nsADMS + "status"
	page             = nsFOAF + "page"
	homepage         = nsFOAF + "homepage"
	prefLabel        = nsSKOS + "prefLabel"
	notation         = nsSKOS + "notation"
	inScheme         = nsSKOS + "inScheme"
	sameAs           = nsOWL + "sameAs"
	label            = nsRDFS + "label"
	seeAlso          = nsRDFS + "seeAlso"
	address          = nsLOCN + "address"
	fullAddress      = nsLOCN + "fullAddress"
	authority        = nsCV + "hasCompetentAuthority"
	thematicArea     = nsCV + "thematicArea"
	sector           = nsCV + "sector"
	classifiedBy     = nsCV + "isClassifiedBy"
	groupedBy        = nsCV + "isGroupedBy"
	hasChannel       = nsCV + "hasChannel"
	hasCost          = nsCV + "hasCost"
	processingTime   = nsCV + "processingTime"
	holdsRequirement = nsCV + "holdsRequirement"
	supporting       = nsCV + "hasSupportingEvidence"
	fulfils          = nsCV + "fulfils"
	hasLegal         = nsCV + "hasLegalResource"
	hasParticipation = nsCV + "hasParticipation"
	hasParticipant   = nsCV + "hasParticipant"
	role             = nsCV + "role"
	contactPoint     = nsCV + "contactPoint"
	contactPage      = nsCV + "contactPage"
	emailAddress     = nsCV + "email"
	telephone        = nsCV + "telephone"
	relatedService   = nsCV + "relatedService"
	openingHours     = nsCV + "openingHours"
	specialHours     = nsCV + "specialOpeningHoursSpecification"
	ownedBy          = nsCV + "ownedBy"
	hasValue         = nsCV + "hasValue"
	hasCurrency      = nsCV + "currency"
	accessedThrough  = nsCV + "ifAccessedThrough"
	definedBy        = nsCV + "isDefinedBy"
	hasInput         = nsCPSV + "hasInput"
	produces         = nsCPSV + "produces"
	follows          = nsCPSV + "follows"
	implements       = nsCPSV + "implements"
	atURL            = nsSchema + "url"
	dayOfWeek        = nsSchema + "dayOfWeek"
	opens            = nsSchema + "opens"
	closes           = nsSchema + "closes"
)

// Properties of our own.
const (
	ownID          = terms + "id"       // of a part inside its service
	ownPlace       = terms + "place"    // of a part in its list, from 1
	ownFilled      = terms + "filledIn" // a property that only the standard demands
	ownInternal    = terms + "internal"
	ownSample      = terms + "sample"
	ownSource      = terms + "source"
	ownYearly      = terms + "yearly"
	ownWorkingDays = terms + "workingDays"
	ownAttribute   = terms + "attribute"
	ownOptional    = terms + "optional"
	ownContact     = terms + "contact"
	ownLevel       = terms + "onlineLevel"
	ownDeclared    = terms + "onlineDeclared"
	ownOnlinePage  = terms + "onlinePage"
	ownPoint       = terms + "interactionPoint"
	ownAnswer      = terms + "answer"
	ownAsIs        = terms + "asIs"
	ownToBe        = terms + "toBe"
	ownSince       = terms + "since"
	ownStep        = terms + "step"
	ownKind        = terms + "kind"
	ownNext        = terms + "next"
	ownShare       = terms + "share"
	ownDocument    = terms + "document"
	ownVisit       = terms + "visit"
	ownWorker      = terms + "worker" // who of the organisation works on a step
	ownChannel     = terms + "channel"
	ownDays        = terms + "days"
	ownTheirs      = terms + "minutesOfPerson"
	ownOurs        = terms + "minutesOfOfficers"
	ownSpent       = terms + "spentMinorUnits"
	ownNamed       = terms + "named"        // a reference to something that is not in the file
	ownUndescribed = terms + "notDescribed" // named by others, said nothing of
)
