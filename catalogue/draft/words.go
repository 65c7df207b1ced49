package draft

import "diwan.example/gov"

// say makes a text in the three languages in which services are written.
func say(ar, en, fr string) gov.Text { return gov.T(ar, en).French(fr) }

// Comments for the owner.
var (
	wordDrafted = say("مسودة أُعدّت من دليل الخدمات. راجعها واستكملها قبل أن تعتمد عليها، ثم ارفع رقم الإصدار عند كل تغيير.",
		"Drafted from the catalogue. Review and refine it, and raise the version with every change.",
		"Ébauche tirée du catalogue. Relisez-la et complétez-la, et augmentez la version à chaque changement.")
	wordLanguages  = say("لغات الخدمة: يُكتب كل نص بكل منها", "Languages of the service: every text is written in each", "Langues du service : chaque texte est écrit dans chacune")
	wordPrefix     = say("بادئة رقم الطلب", "Letters that begin a case's reference", "Lettres qui commencent le numéro d’une demande")
	wordAppealDays = say("أيام التظلم من الرفض: لم تذكرها بيانات الخدمة، فأكدها من السند القانوني",
		"Days to appeal against a refusal: the entry does not say; confirm them in the law",
		"Jours pour contester un refus : l’entrée ne le dit pas ; vérifiez dans la loi")
	wordNoAudience    = say("لم تذكر بيانات الخدمة المستفيدين منها، فحددهم", "The entry does not say who may ask; set it", "L’entrée ne dit pas qui peut demander ; précisez-le")
	wordForOthers     = say("من يجوز له التقديم عن غيره: ولي الأمر أو الوكيل أو الشركة", "Who may apply for others: guardian, agent, company", "Qui peut demander pour autrui : tuteur, mandataire, entreprise")
	wordOtherChannels = say("قنوات في الدليل تبقى خارج هذه المنصة: %s", "Channels of the entry that stay outside this platform: %s", "Voies de l’entrée qui restent hors de cette plateforme : %s")
	wordQuestions     = say("ما يُسأل عنه مقدم الطلب. احذف كل سؤال تعرف جوابه من سجل", "What is asked of the applicant. Delete any question whose answer a registry holds",
		"Ce qui est demandé. Supprimez toute question dont un registre connaît la réponse")
	wordIdentity    = say("تُعرف من الحساب، ولا تُكتب", "Known from the account, not typed", "Connu par le compte, non saisi")
	wordRequestNote = say("استبدل به أسئلة محددة عما تحتاج الجهة إلى معرفته", "Replace it by exact questions about what the organisation needs to know", "Remplacez-la par des questions précises sur ce que l’organisme doit savoir")
	wordNoEvidence  = say("لم تذكر بيانات الخدمة مستندات مطلوبة، فاسأل عن كل مستند باسمه إن وُجد", "The entry names no evidence; if some is needed, ask for each by its name",
		"L’entrée ne nomme aucune pièce ; s’il en faut, demandez chacune par son nom")
	wordOnlyOn    = say("تذكره بيانات الخدمة لهذه القنوات فقط: %s", "The entry asks for it only on these channels: %s", "L’entrée ne le demande que sur ces voies : %s")
	wordAttribute = say("البيان %s: خذه من السجل الذي يحفظه حين يُتاح بدلًا من طلب المستند", "Attribute %s: take it from the registry that holds it, once linked, instead of asking for a paper",
		"Attribut %s : prenez-le dans le registre qui le détient, dès qu’il est relié, au lieu de demander une pièce")
	wordHeld = say("البيان %s في سجل: يُجلب منه، ولا يُطلب المستند إلا حين لا يجيب", "Attribute %s is held by a registry: it is fetched, and the paper is asked for only while that does not answer",
		"L’attribut %s est dans un registre : il en est tiré, et la pièce n’est demandée que si celui-ci ne répond pas")
	wordProcedure = say("الخطوات من التقديم إلى النهاية، ولكل خطوة من يقوم بها ومهلة", "Steps from application to closing: who acts, and by when", "Étapes de la demande à la fin : qui agit, et quand au plus tard")
	wordLeftCost  = say("رسم لقناة «%s» ليست من قنوات هذه الحزمة: %s", "A cost of the channel “%s”, which is not of this pack: %s", "Frais de la voie « %s », qui n’est pas de ce service en ligne : %s")
	wordNoDays    = say("لم تذكر بيانات الخدمة مدة البت، وهذه مدة مفترضة فأكدها", "The entry does not say by when it is decided; this is a default, confirm it", "L’entrée ne dit pas le délai de décision ; ceci est un défaut, confirmez-le")
	wordAtOnce    = say("الخدمة فورية في الدليل: استبدل بالمراجعة قاعدة آلية (check) إن أمكن", "At once, by the entry: where rules can decide, put a check in place of the review",
		"Immédiat, selon l’entrée : si des règles peuvent décider, remplacez l’examen par une étape check")
	wordReasons    = say("أسباب الرفض الجاهزة: اجعلها بألفاظ السند القانوني", "Ready reasons for a refusal: put them in the words of the law", "Motifs de refus prêts : mettez-les dans les mots de la loi")
	wordAppealNote = say("ينظر في التظلم غير من اتخذ القرار", "An appeal is heard by somebody else than who decided", "Un recours est examiné par une autre personne que celle qui a décidé")
	wordSetFeeNote = say("الرسم في الدليل موصوف بالكلام: اكتب بنوده مبالغ أو قواعد في خطوة دفع واحذف هذه الخطوة", "The entry says the fee in words: write its lines as amounts or rules in a pay step, and delete this one",
		"L’entrée dit les frais en mots : écrivez-les en montants ou en règles dans une étape de paiement, et supprimez celle-ci")
	wordDocuments   = say("خطاب القرار: بياناته ثم تصميم صفحته", "The decision letter: what it states, then its page", "La lettre de décision : ce qu’elle énonce, puis sa page")
	wordOutputsNote = say("ما يحصل عليه مقدم الطلب: اجعل له وثيقة خاصة إن كان شهادة أو ترخيصًا", "What one gets: give it a document of its own if it is a certificate or a licence",
		"Ce qu’on obtient : donnez-lui un document propre s’il s’agit d’un certificat ou d’un permis")
	wordExamples = say("حالات تعد بها الخدمة وتُجرب عند كل تغيير", "Cases that the pack promises; they are tried at every change", "Cas que le service promet ; ils sont essayés à chaque changement")
)

// What people read.
var (
	wordApplicantPage = say("مقدم الطلب", "Who applies", "Qui fait la demande")
	wordName          = say("الاسم", "Name", "Nom")
	wordLatinName     = say("الاسم بالحروف اللاتينية", "Name in Latin letters", "Nom en lettres latines")
	wordCivil         = say("الرقم الشخصي", "Civil number", "Numéro civil")
	wordPhone         = say("رقم الهاتف", "Telephone number", "Numéro de téléphone")
	wordEmail         = say("البريد الإلكتروني", "E-mail address", "Adresse électronique")
	wordEmailHelp     = say("نرسل إليه أخبار الطلب أيضًا", "We send news of the application there too", "Nous y envoyons aussi les nouvelles de la demande")
	wordRequestPage   = say("الطلب", "Your request", "Votre demande")
	wordRequest       = say("ما الذي تطلبه؟", "What are you asking for?", "Que demandez-vous ?")
	wordRequestHelp   = say("صف طلبك بكلماتك، واذكر كل ما يعين على البت فيه", "Describe it in your own words, with everything that helps to decide", "Décrivez-le avec vos mots, avec tout ce qui aide à décider")
	wordAttachments   = say("مرفقات تؤيد الطلب", "Papers that support the request", "Pièces à l’appui de la demande")
	wordFileHelp      = say("ملف PDF أو صورة", "A PDF file or a picture", "Un fichier PDF ou une image")
	wordEvidencePage  = say("المستندات المطلوبة", "The evidence needed", "Les pièces demandées")
	wordDeclarePage   = say("الإقرار", "Declaration", "Déclaration")
	wordMeets         = say("أقر بأن هذا الشرط متحقق: %s", "I declare that this holds: %s", "Je déclare que ceci est rempli : %s")
	wordTruth         = say("أقر بصحة ما ذكرت وبأن المرفقات صحيحة.", "I declare that what I have said is true and that the papers are genuine.", "Je déclare que ce que j’ai dit est vrai et que les pièces sont authentiques.")
	wordRequires      = say("تحتاج قبلها إلى: %s", "You first need: %s", "Il faut d’abord : %s")
	wordMeans         = say("وسيلة دفع إلكتروني", "A means to pay online", "Un moyen de payer en ligne")
)

// Steps, decisions and ends.
var (
	wordApply           = say("تقديم الطلب", "Application", "Demande")
	wordPayment         = say("دفع الرسم", "Payment", "Paiement")
	wordReview          = say("دراسة الطلب والبت فيه", "Review and decision", "Examen et décision")
	wordApprove         = say("الموافقة", "Approve", "Accorder")
	wordSendBack        = say("إعادة الطلب لاستكماله", "Ask the applicant", "Demander un complément")
	wordUnclear         = say("الطلب غير واضح", "The request is not clear", "La demande n’est pas claire")
	wordEvidenceMissing = say("مستند ناقص أو غير مقروء", "A paper is missing or cannot be read", "Une pièce manque ou est illisible")
	wordRefuse          = say("رفض الطلب", "Refuse", "Refuser")
	wordNotMet          = say("شرط غير متحقق: %s", "Not met: %s", "Non rempli : %s")
	wordConditions      = say("لا تنطبق شروط الخدمة على الطلب", "The conditions of the service are not met", "Les conditions du service ne sont pas remplies")
	wordNotProven       = say("المستندات لا تثبت ما ذُكر في الطلب", "The papers do not prove what the application says", "Les pièces ne prouvent pas ce que dit la demande")
	wordElsewhere       = say("الطلب من اختصاص جهة أخرى", "Another organisation is responsible", "Un autre organisme est compétent")
	wordCorrection      = say("استكمال من مقدم الطلب", "Completion by the applicant", "Complément par le demandeur")
	wordAppeal          = say("النظر في التظلم", "Review of the appeal", "Examen du recours")
	wordAccept          = say("قبول التظلم", "Accept the appeal", "Accepter le recours")
	wordUphold          = say("تأييد الرفض", "Uphold the refusal", "Confirmer le refus")
	wordSetFee          = say("حساب الرسم", "Working out the fee", "Calcul des frais")
	wordFeeDue          = say("الرسم المستحق (صفر إن لم يُستحق)", "Fee that is due (0 if none)", "Frais dus (0 s’il n’y en a pas)")
	wordFee             = say("رسم الخدمة", "Service fee", "Frais du service")
	wordAskFee          = say("اعتماد الرسم", "Confirm the fee", "Confirmer les frais")
	wordForeign         = say("%s بعملة الدليل", "%s, in the currency of the entry", "%s, dans la monnaie de l’entrée")
	wordIssue           = say("إصدار خطاب القرار", "Issue the decision letter", "Délivrance de la lettre de décision")
	wordTell            = say("إبلاغ مقدم الطلب", "Tell the applicant", "Avis au demandeur")
	wordGrantedNotice   = say("قُبل طلبك {reference}: %s. تجد خطاب القرار في «وثائقي».", "Your application {reference} is granted: %s. You find the decision letter in “My documents”.",
		"Votre demande {reference} est accordée : %s. La lettre de décision est dans « Mes documents ».")
	wordGranted       = say("قُبل الطلب", "Granted", "Accordée")
	wordRefused       = say("رُفض الطلب", "Refused", "Refusée")
	wordRefusedReason = say("لم يُقبل الطلب للسبب المبين في القرار، ولك أن تتظلم منه.", "The application was not granted for the reason given in the decision. You may appeal.",
		"La demande n’est pas accordée, pour le motif donné dans la décision. Vous pouvez la contester.")
	wordLapsed       = say("انقضت مهلة الاستكمال", "Time for completion passed", "Délai de complément passé")
	wordLapsedReason = say("لم يصل ما طُلب استكماله في مهلته، ويمكنك التقديم من جديد.", "What was asked for did not reach us in time. You may apply again.", "Le complément demandé n’est pas arrivé à temps. Vous pouvez refaire une demande.")
	wordUnpaid       = say("لم يُدفع الرسم", "Fee not paid", "Frais non payés")
	wordUnpaidReason = say("لم يُدفع الرسم في مهلته، ويمكنك التقديم من جديد.", "The fee was not paid in time. You may apply again.", "Les frais n’ont pas été payés à temps. Vous pouvez refaire une demande.")
)

// The letter.
var (
	wordLetter    = say("خطاب قرار", "Decision letter", "Lettre de décision")
	wordAppliedOn = say("تاريخ التقديم", "Applied on", "Demandé le")
	wordDecidedOn = say("تاريخ القرار", "Decided on", "Décidé le")
	wordGranting  = say("قررت %s الموافقة على الطلب رقم {reference} المقدم من {name_ar} للخدمة «%s».", "%s has decided to grant the application {reference} of {name} for “%s”.",
		"%s a décidé d’accorder la demande {reference} de {name} pour « %s ».")
	wordOutputs = say("ويحصل بموجبه على: %s.", "What is granted: %s.", "Ce qui est accordé : %s.")
	wordLaw     = say("السند: %s.", "Legal basis: %s.", "Base légale : %s.")
	wordContact = say("للاستفسار: %s", "Questions: %s", "Questions : %s")
	wordVerify  = say("خطاب رقم {number}، ويُتحقق منه بمسح الرمز.", "Letter {number}. Scan the code to verify it.", "Lettre {number}. Scannez le code pour la vérifier.")
)
