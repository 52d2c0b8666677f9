// The list passphrases are drawn from: 2,048 common French words without accents, 3 to 8 letters, no two of which
// differ by one letter only, so that a slip of the pen is seen. Made for Accord. A shorter list would weaken every
// phrase (tests/client/test_crypto_words.py).

/** 2,048 words: 11 bits each. @type {readonly string[]} */
export const WORDS = `
  abri absent accent accord achat acier acte acteur action adieu adjoint adresse adroit adulte affaire affiche agenda
  agent agile agneau agrume aide aigle aiguille aimant air ajout alarme album alerte algue aliment allumer allure
  alpage alto amande amarre ambiance ambre amener amer ami amont ample ampoule amuser ananas ancien ancre animal
  annexe annonce antenne antique aplomb appel apport appui arbitre arbuste arche ardoise armoire armure arpent
  arrivage arrosoir art artisan artiste aspect assez assiette assise astre astuce atelier atlas atome attache atteler
  attente attirer aube auberge audace aurore autant automne autour aval avance avant avenir avenue averse avion avis
  avocat avoine avril azur bagage bague baie baigner baisse bal balade balai balance balcon baleine balise balle
  balustre bambou banal banane banc bande banque baobab baraque barge baril barman baron barrage barrique bascule
  basilic basket bassin bataille bateau batterie baudet baume bazar beaucoup beige beignet belette bercail berceau
  bercer berline besace besogne besoin beurre biberon bicorne bidon bidule bienfait bijou bilan billet biniou bip
  biscotte biscuit bise bistrot blaireau blanche blason bleu bleuet bloc blond blouse blouson bobine bocage bocal
  boire bois boisson bolet bon bonbon bonheur bonjour bonnet bonsoir bord bordure borne bosquet bosser botte bottine
  bouche boue bouger bougie bouillon bouleau boulon bourg bourgeon bourse boussole bouture bouvier bovin bracelet
  brancard bras brasier brasse brave brebis bref bretelle brevet bribe bric brigade brillant brioche brique brochet
  brochure broder brouette brousse brouter bruit brun brusque bruyant budget buffet buffle bulbe bulletin bureau burin
  bus busard buste buvette cabane cabas cabinet cabriole cacao cachalot cache cactus cadeau cadence cadran cadre cage
  cageot cahier caillou caisson calcaire calcul calepin calibre calme calque camarade cambrer camion camp campagne
  camper canard candide caneton canif canine cannelle canot canyon capsule capter capuche car carafe caramel carapace
  caravane carbone cardinal cargo caribou carillon carnaval carnet carotte carpe carquois carreau carrosse carton
  cascade caserne cassette cassis castor cause caviar ceinture cellier cent centaine central centre cep cercle cerf
  cerfeuil cerise cerne certain cerveau chaise chalet chaleur chaloupe chamois chance chandail changer chanson chant
  chanteur chanvre chapeau chapelet chapelle chapitre chaque charbon chariot charme charrue chasseur chaton chaud
  chaudron chauffe chausson chef chemin chemise chenal chenille chevet chevreau chic chien chiffon chiffre chignon
  chimie chiot chocolat choisir choix chope choral chou chouette chute ciboule ciel cierge cigale cigogne cime ciment
  cinq cirage circuit cirer cirque ciseau cistre citerne citoyen citron civet civil clair clairon clameur clan classe
  clavecin clavier client climat clique cloche clouer clown club coco code coffre cogner coiffe coiffeur coin col
  colibri colis colle collecte colline colombe colon colonie colorer colza combler comique comme commerce commode
  commun compact compas complet compote compter comptoir concert conclure concours condor conduire confetti confiant
  confier confort connu conquis conseil conte content conteur contrat convoi copain copeau copie coque coquille corail
  corbeau cordier cordon corps correct corvette cosmos cosse costume coucou coudre couleur couloir coup couper couple
  coupon courage courant courbe courir couronne cours cousin couteau couvent crabe crampon craquer cravate crayon
  creuser creux crevette cristal critique croc crocus croire croiser croquis cruche cubique cueillir cuire cuisine
  cuisse culture cumin cumul curieux curseur cuve cycle cyclone cygne cylindre cymbale daim damier danse danseur datte
  dauphin dehors demain demande demeure demi dentelle dentiste dernier dessert dessin dessous deux devant devenir
  devin devise devoir diamant dicter digne diligent dimanche dindon direct discours discret disque distance divan
  divers dix docile docteur document doigt domaine domino donner dorade dorer dormeur dormir dos dossier douane double
  doublure douceur doudou doute douzaine drapeau dresser dune duo durable duvet effort embellir embrun emploi enclos
  enclume encore endive endroit enfance enfant enfiler enfin enfouir engager engrais enjeu enlever ensemble ensuite
  entendre entier entorse entracte entrain envie envoi envoyer ermite escale escapade escargot escorte espace espadon
  espoir esquisse essai essayer essence essieu essor estampe estime estival estrade estragon estuaire euro exact
  examen exemple exercice existe expert exploit exposer express extra extrait fable fabrique face facile facture fagot
  faisan fait falaise fameux famille fanfare fanion faon farine faucille faucon faune fauteuil fauvette faux favori
  femme fendre fenouil fermer fermoir ferry fertile festin festive feuille feutre fibre ficelle fiche fier figue
  filature file filleul filtre final finance finesse finir firme fissure flacon flambeau flamme flanelle flaque
  flatteur fleur fleurir fleuve flipper flore florin flot flotte fluide fonction fond fondant fonder fontaine forge
  forgeron formule fort fortune fossette fossile fougasse fougue fouine foulard foule four fourche fourgon fourmi
  fourneau fournil fourrure foyer fragile fraise franc franchir frange frapper frein freiner frelon friand frigo
  fringale frire friser frisson froid fromage froment front frotter fugace fumer furet fuseau fusion futaie futur
  gabarit gadget gagner gaillard gain galant galaxie galerie galet galette galon galoper gamme gant garage garde
  gardien gardon garenne garer garnir garrigue gazelle gazeuse geai gel gendarme genou genre gentiane gentil gentille
  gerbe geste gestion geyser gibier gigot girafe girofle givre glace glacier glaise glisser globe gloire gnome gobelet
  golf gommer gonfler gong gorille gouache goujon goulot gourde gourmand gourmet gousse graine graisse grand grandeur
  grandir granit grappe gratin gratte gravir gravure greffe grelot grenade grenier gril grillade grillon grimace
  grimper grincer griotte grive groupe grue grumeau grutier guichet guide guidon guignol guimauve guitare gustatif
  gypse habile habit habiter habitude hall halte hamac hameau hamster hanche handball hangar hanneton hardi hareng
  haricot harmonie harnais hasard haut hautbois hauteur havre herbier heure heureux hibou hippique histoire hiver
  hocher hockey homard hommage honneur honorer horaire horizon horloge houblon houx hublot huile huileux huit humain
  humble humeur humide huppe hutte hymne ibis iceberg idiome idole igloo ignorer image imiter immense impact imposer
  index indice indigo infini infusion initial inox inscrire insecte insigne instant instinct intact intense inviter
  isard isoler issue italique item ivoire jabot jade jadis jaguar jaillir jamais jambe jambon janvier japper jaquette
  jardin jargon jarre jars jasmin javelot jazz jet jeter jeton jeudi jeune jeunesse joie joindre joli jongler jonque
  jouet joueur jouir journal jovial joyau joyeux judo juger juillet juin julienne jumeau jumelle jument jungle junior
  jupe jupon juriste jury justice kaki karting kayak kilo kimono kiosque kiwi koala label labour lac lacet lagon
  lagune laine laisser laiterie laitier laiton laitue lama lambris lamelle lampe lampion lance landau langage langue
  lanterne lapin largeur latitude laurier lavabo lavande laver lavoir layette lecteur lecture ledit lequel lettre
  lettrine levain levier levure lien lierre lieue lilas limace limande limite limon limpide linge lingerie lingot
  linotte liqueur lire lis lisse littoral livret loge logis loi lointain loisir longer longueur loriot losange loterie
  lotion lotus loupe lourd loutre loyal lucarne luciole lueur lunaire lundi lunette lustre luth luthier lutin lutter
  luxe luxueux luzerne lynx machine madame magasin magie magique magma magnolia maille maillon maint maire maison
  majeur malice mallette malt maman mammouth mandat mander manoir manquer mansarde manteau manuel marais marathon
  marbre marchand marcher margelle mari maritime marmite marmotte marque marquis marraine marron martien martinet
  mascotte masse massif matelas matelot maternel matin matinal mauve maximum mazout meilleur melon membre menthe
  menton menu menuet mercerie merci mercredi mercure merlan merle message mesure meuble meunier micro midi mieux
  mignon migrer mijoter mil million mimer mimosa mince minerai mineur minibus minime ministre minuit minute miracle
  miroir misaine missel mission mobile moche moderne modeste moellon moine moineau molaire mollet moment monarque
  monde monnaie monsieur montagne monter montre morceau mordre mortier mot moteur motif mouchoir moufle mouler moulin
  mouton moyen muet muflier muguet mulot multiple munir mur muraille murmure muscade muscle musette musique mutuel
  myope myrte myrtille nacelle nacre nageoire nageur nappe narval natal natation natif nation naturel nautique navet
  navette navire neveu nez nicher nid noble nocturne noircir noisette noix nom nombre normal norme notaire note notice
  nouer nougat nouille nourrir nouveau nouvelle novembre nuage nuance nuque nylon nymphe oasis objet obole obtenir
  occasion occuper octave octobre octroi odeur offrir ogive oiseleur oisillon olivier omelette once ondulant ongle
  onguent opale opinion optimal option optique orage oral oranger oratoire orbite oreille organe orgue orient origami
  orignal ornement orner orteil ortie oser otarie ouate oubli oublier ouest oui ourlet oursin outarde outil ouvert
  ouvrage ouvrir ovation ozone pacage pacha pagaie pagne paix palace palais palier palombe palourde pampa pan panache
  pancarte panda panneau panorama pantalon pantin papaye papillon papoter paquebot paquet parade paradis parapet
  parasol paravent parc parcours pareil parent parfait parfois parfum parler parole parrain partage parti partout
  parure parvenir passage passant passer passion pastel pasteur pastille patate patient patiner patio patrie patron
  pavot payer pays paysan peau peigne peindre pelage peler pelle pelote pelouse peluche pense pension perche perdrix
  permis perron persil personne pesant petit peuple peut pharaon phare phoque photo phrase physique piano pic picorer
  pied pieuvre pigeon pigment piloter pinceau pincer pingouin pinson pintade pioche pion pipe pipeau pipette pique
  piquette pirogue piscine piste pistil piston pivert pivoine pizza placard placer plafond plaid plainte plaire
  plaisir planeur plat platane plateau plein pleuvoir pli plongeon pluie plumeau pneu pochette poignet poing pointe
  pointure poireau poitrine poivre poivron polar polka pollen pommade pompe pompon poncho pondre poney pont ponton pop
  portail porte porteur portion portrait positif possible posture potage poteau potiron pouce poulain poulet poulie
  pourquoi pourtant poussin pouvoir prairie praline pratique prendre presque presse prestige preuve primeur prince
  principe prise probable prochain produit profil profond projet prologue promesse prompt propice propos propre proue
  province prudence prudent prune pruneau prunelle public puis puissant pull pulpe pupille pupitre puzzle pyramide
  python quai quart quatre quelque quenelle question quiche quille quintal quinte rabais racine radar radio rafale
  rafting rail rainette rainure raisin ralentir rallonge rallye ramage rame ramure rancho rang rapace rapide rasoir
  raton ravi ravioli rebond recette recevoir recoin record recueil recul redire reflet reflux refrain refuge refus
  regain regard registre regret reine relais relief reliure reluire remettre remise rempart remplir renom rente
  repaire repartir repas repli reptile requin respect ressort retenir retour retrait revanche revenu revers revue
  rhume riant ricochet rideau rieur rigide rigole riposte rissole rivage riverain riz robe robinet robot robuste
  rocade roitelet roman romance romarin rondeur rondin ronron rosace roseau rotin rotule rouage rougir roulis roulotte
  royaume ruban rubis rude ruelle rugby ruisseau rupture rural rustique rutabaga rythme sachet sacoche safran sagesse
  saisir salaire salin salut samedi sandale sandwich sangle santal santon sarcelle sardine sarment saturne sauce
  saucisse sauf saumon savane saveur savon scarole sceau scie science sciure scolaire score scorpion scout secours
  secret seigle seigneur seize semaine semelle semis semoule sens sensible sentir sept serein sergent serpette serre
  serrure serveur service servir seuil sextant sieste sifflet signal silence silex sillage sillon simple sinon sinueux
  siphon sirop site sittelle skieur slalom slogan sobre social socle sofa soif soixante soldat solde soleil soliste
  solitude solo sommeil sommet sonate songe sonnerie sonnette sonore sorbet sortir sosie sou souci soucoupe soudain
  souffle souhait soupape soupir source sourcil souriant sourire souris souvenir spacieux spatule spirale sport
  sportif square stable stade stand station statue strophe studio stylo suave subtil sucre sud suffire suivant suivre
  sujet sultan superbe support surf surface surgir surnom surplus surprise surtout survol suspens svelte symbole
  tableau tablette tabou tabouret tailleur talc talent talisman taloche talus tambour tamis tampon tandem tango tanin
  tante tantinet tapage tapir tard tardif tartine tartre tas taupe taureau taverne taxe teinte temple tempo tenaille
  tenir tennis tenon tenue terme terrain terrasse terreau terreux terrine texte textile texture thermal thermos thon
  thorax thym tiare ticket tiers tige tigresse timbale timbre timide tirelire tiret tireur tisane tissu toast toile
  toilette toison toit tomate tombola tondeuse tonique tonneau tonnelle tonnerre topaze torche torchon torse tortue
  total totem toucan touffe toujours toundra toupet toupie tourelle tourisme tournant tournoi tournure tourte tourteau
  trace tracteur trafic train trajet tram tramway tranche transat trapu travail travers treize tremplin treuil
  triangle tribord tribu tribune tricot trio triomphe trois trombe trombone tronc trop trottoir trouble troupeau truc
  truite tulipe tulle tunnel turban turbine turbo tutelle tuteur tutu tuyau type typique ultra unanime uni uniforme
  union unique univers urbain urgent usage usine usuel usure utile utopie vacance vaccin vaillant vaisseau valable
  valeur valoir valse vanille vantail varan varech vaste vedette veille velours velu vendange vendeur vendredi verdir
  verdure verglas vernis verrou verrue vers versant verset vertige vertu verve veston viande victoire vie vieillir
  vigie vigneron vignette vigueur villa vinaigre vingt violet violette violon virgule virtuel virtuose visage viseur
  visible vision visite visiteur visuel vital vitamine vitesse vitrail vitre vitrine vivace vivant vocation vogue
  voilage voisin voiture volaille volant volcan volley volt volume voyage voyageur voyelle vrac vraiment western
  yaourt yoga zigzag zinc zoo zouave
`.trim().split(/\s+/);
