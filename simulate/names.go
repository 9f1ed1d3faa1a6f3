package simulate

import "strings"

// culture is a small stock of invented combinations.
type culture struct{ given, family []string }

var cultures = []culture{
	{words("Anna Jonas Lena Jörg Katrin Uwe Änne Malte Silke Torben Heike Björn Frauke Nils"),
		words("Meier Müller Schröder Brandt Köhler Petersen Lüders Hansen Vogt Krüger Jansen Behrens Ohlsen Weiß Thomsen Groth")},
	{words("Alice Oliver Grace Harry Emily Thomas Sophie George Hannah Edward Martha Henry Ruth Simon"),
		words("Ashdown Barlow Carter Dunmore Ellis Fairley Garrick Holloway Ingram Kendrick Langley Morton Norwood Prescott Rowley Whitby")},
	{words("Priya Arjun Meera Rohan Anjali Vikram Kavita Sanjay Divya Nikhil Lakshmi Aditya Pooja Suresh"),
		words("Sharma Patel Iyer Deshpande Kulkarni Joshi Nair Reddy Banerjee Chatterjee Gokhale Bhat Mehta Rao Pillai Kapoor")},
	{words("Camille Étienne Chloé Luc Amélie Benoît Juliette Rémi Noémie Gaël Sylvie Thierry Océane Marc"),
		words("Dubois Lefèvre Moreau Garnier Tremblay Gagnon Bélanger Fortin Pelletier Bouchard Lavoie Girard Roux Mercier Colin Faure")},
	{words("Wei Xiu Jun Mei Hao Lan Feng Yun Ming Qing Bo Hua Jing Tao"),
		words("Zhang Chen Liu Huang Zhou Wu Xu Sun Zhu Gao Lin He Guo Ma Luo Liang")},
	{words("Zofia Jakub Agnieszka Piotr Małgorzata Tomasz Ewa Łukasz Hanna Marek Iwona Paweł Kasia Adam"),
		words("Nowak Kowalska Wójcik Zieliński Mazur Krawczyk Dąbrowski Pawlak Górski Sikora Wróbel Lis Baran Szewczyk Czarnecki Bąk")},
	{words("Lucía Mateo Inés Diego Carmen Álvaro Elena Pablo Rocío Javier Marta Tomás Nuria Iván"),
		words("García Serrano Ortega Núñez Molina Castro Ibáñez Vidal Marín Peña Soto Cano Rivas Fuentes Lozano Gallego")},
}

func words(s string) []string { return strings.Fields(s) }

// ascii spells a name with the letters an address allows.
var ascii = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "Ä", "ae", "Ö", "oe", "Ü", "ue",
	"É", "e", "é", "e", "è", "e", "î", "i", "í", "i", "ë", "e", "á", "a", "Á", "a", "ó", "o", "ú", "u", "ñ", "n",
	"ł", "l", "Ł", "l", "ą", "a", "ę", "e", "ó", "o", "ń", "n", "ż", "z", "ź", "z", "ś", "s", "ć", "c", " ", "-",
)

func slug(name string) string { return strings.ToLower(ascii.Replace(name)) }

var birds = words(`Kestrel Osprey Plover Curlew Dunlin Avocet Wigeon Teal Merlin Falcon Harrier Kite Buzzard Lapwing
	Redshank Turnstone Sanderling Godwit Whimbrel Snipe Woodcock Puffin Gannet Fulmar Petrel Tern Skua Wren Robin Linnet
	Siskin Bunting Pipit Wagtail Swallow Martin Swift Magpie Rook Jay`)

var departments = []struct {
	name  string
	style style
}{
	{"Engineering", technical}, {"Sales", office}, {"Operations", field}, {"Customer Care", field},
	{"Marketing", office}, {"Finance", office}, {"Research", technical}, {"Product", office},
	{"Logistics", field}, {"IT Services", technical}, {"People", office}, {"Procurement", office},
}

// style is how a department works, and so which tools are its main ones.
type style int

const (
	office    style = iota // slack, then mail
	technical              // slack and irc
	field                  // mail; slack late or never
)

var locations = []struct{ name, zone string }{
	{"Hamburg", "Europe/Berlin"}, {"Bristol", "Europe/London"}, {"Toronto", "America/Toronto"}, {"Pune", "Asia/Kolkata"},
}
