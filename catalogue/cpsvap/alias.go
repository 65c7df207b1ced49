package cpsvap

// Other names for what the model has, as the catalogues of other countries use
// them: CPSV-AP 2.x and 1.x, Dublin Core elements, FOAF, vCard and schema.org.
const (
	nsDC    = "http://purl.org/dc/elements/1.1/"
	nsVCard = "http://www.w3.org/2006/vcard/ns#"
	nsCCCEV = "http://data.europa.eu/m8g/"
)

var aliases = map[string][]string{
	identifier:       {nsDC + "identifier", notation, nsSchema + "identifier"},
	title:            {prefLabel, nsDC + "title", nsSchema + "name", nsFOAF + "name", label, nsVCard + "fn", nsDCT + "alternative"},
	description:      {nsDC + "description", nsSchema + "description", nsRDFS + "comment", nsDCT + "abstract", nsSKOS + "definition"},
	keyword:          {nsSchema + "keywords", nsDC + "subject"},
	authority:        {nsSchema + "provider", nsSchema + "serviceOperator", nsCPSV + "isProvidedBy"},
	inLanguage:       {nsDC + "language", nsSchema + "inLanguage", nsSchema + "availableLanguage"},
	spatial:          {nsSchema + "areaServed", nsDC + "coverage"},
	audience:         {nsSchema + "audience"},
	thematicArea:     {nsDCAT + "theme"},
	relatedService:   {relation, nsSchema + "isRelatedTo"},
	hasChannel:       {nsSchema + "availableChannel", nsCPSV + "hasChannel"},
	hasInput:         {nsCV + "hasInput"},
	produces:         {nsSchema + "produces", nsCV + "produces"},
	holdsRequirement: {nsCV + "hasCriterion", nsCV + "hasRequirement"},
	hasLegal:         {nsCPSV + "hasLegalResource", nsCV + "hasFormalFramework"},
	contactPoint:     {nsCV + "hasContactPoint", nsSchema + "contactPoint", nsDCAT + "contactPoint"},
	emailAddress:     {nsSchema + "email", nsVCard + "hasEmail", nsVCard + "email", nsFOAF + "mbox"},
	telephone:        {nsSchema + "telephone", nsVCard + "hasTelephone", nsVCard + "tel", nsFOAF + "phone"},
	contactPage:      {nsVCard + "hasURL", nsSchema + "url", nsFOAF + "page"},
	openingHours:     {specialHours, nsSchema + "openingHours", nsSchema + "hoursAvailable", nsSchema + "openingHoursSpecification", nsCV + "availabilityRestriction"},
	ownedBy:          {nsSchema + "provider"},
	address:          {nsCV + "hasAddress", nsSchema + "address", nsVCard + "hasAddress"},
	atURL:            {homepage, page, nsSchema + "serviceUrl", nsCV + "isDescribedAt"},
	page:             {nsCV + "isDescribedAt", nsSchema + "url"},
	homepage:         {nsSchema + "url", page},
	seeAlso:          {page, nsSchema + "url"},
	hasValue:         {nsCV + "value", nsSchema + "price"},
	hasCurrency:      {nsSchema + "priceCurrency"},
	creator:          {nsCV + "isIssuedBy", nsCV + "isProvidedBy"},
	hasParticipant:   {nsCV + "participant"},
}

// silent are properties that are read elsewhere, or say nothing that an entry
// would lose.
var silent = map[string]bool{
	identifier: true, hasPart: true, inScheme: true, ownPlace: true, ownID: true, ownFilled: true, ownUndescribed: true, nsDCT + "isPartOf": true,
	nsCV + "hasRelatedService": true, nsCV + "supportsRequirement": true, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": true,
	nsRDFS + "isDefinedBy": true, nsSchema + "inDefinedTermSet": true,
}

// organisationClasses are what organisations are called.
var organisationClasses = []string{classOrganisation, classOrg, nsORG + "FormalOrganization", nsORG + "OrganizationalUnit", nsFOAF + "Organization", nsSchema + "GovernmentOrganization", nsSchema + "Organization", classAgent, nsDCT + "Agent"}

// vocabularyClasses are what entries only refer to: their own triples need no
// place in the model.
var vocabularyClasses = []string{
	classConcept, classScheme, nsSKOS + "Collection", nsSKOS + "OrderedCollection", classDocument, classLanguage, classLocation, classDataset, nsCV + "PublicServiceDataset",
	nsOWL + "Ontology", nsDCAT + "Catalog", nsADMS + "Identifier",
}

// synonyms are words by which others name a word of a code list, in small letters.
var synonyms = map[*codeList]map[string]string{
	channelKinds: {
		"website": "portal", "web": "portal", "web site": "portal", "homepage": "portal", "online": "portal", "web application": "portal", "internet": "portal", "web portal": "portal", "site web": "portal", "en ligne": "portal",
		"service bureau": "counter", "office": "counter", "assistant": "counter", "in person": "counter", "in-person": "counter", "face to face": "counter", "counter": "counter", "physical": "counter", "guichet": "counter",
		"telephone": "phone", "call centre": "phone", "call center": "phone", "téléphone": "phone", "mobile app": "app", "mobile application": "app", "mobileapp": "app", "e-mail": "email", "post": "mail", "postal mail": "mail",
		"letter": "mail", "courrier": "mail", "client's location": "other", "digital tv": "other", "digitaltv": "other", "social media": "other", "sms": "other", "instant messaging": "other", "web service": "api",
	},
	statuses: {
		"completed": "active", "published": "active", "current": "active", "live": "active", "in force": "active", "underdevelopment": "development", "under development": "development", "draft": "development",
		"deprecated": "suspended", "inactive": "suspended", "withdrawn": "ended", "retired": "ended", "closed": "ended", "archived": "ended",
	},
	audiences: {
		"citizens": "citizen", "person": "citizen", "individual": "citizen", "individuals": "citizen", "private person": "citizen", "foreigner": "resident", "residents": "resident", "businesses": "business", "company": "business",
		"companies": "business", "enterprise": "business", "enterprises": "business", "entrepreneur": "business", "tourist": "visitor", "visitors": "visitor", "public administration": "government", "administration": "government",
		"administrations": "government", "public sector": "government", "ngo": "organisation", "association": "organisation", "non-profit": "organisation", "organisations": "organisation", "organization": "organisation",
	},
}
