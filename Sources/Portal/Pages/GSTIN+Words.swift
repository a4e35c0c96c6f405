import HTMLTemplate
import Registration

extension GSTIN {
    /// The name of the State or Union Territory. Source: the State codes of the GST network.
    var state: Message {
        switch stateCode {
        case 1: "Jammu and Kashmir"
        case 2: "Himachal Pradesh"
        case 3: "Punjab"
        case 4: "Chandigarh"
        case 5: "Uttarakhand"
        case 6: "Haryana"
        case 7: "Delhi"
        case 8: "Rajasthan"
        case 9: "Uttar Pradesh"
        case 10: "Bihar"
        case 11: "Sikkim"
        case 12: "Arunachal Pradesh"
        case 13: "Nagaland"
        case 14: "Manipur"
        case 15: "Mizoram"
        case 16: "Tripura"
        case 17: "Meghalaya"
        case 18: "Assam"
        case 19: "West Bengal"
        case 20: "Jharkhand"
        case 21: "Odisha"
        case 22: "Chhattisgarh"
        case 23: "Madhya Pradesh"
        case 24: "Gujarat"
        case 25: "Daman and Diu (until 2020)"
        case 26: "Dadra and Nagar Haveli and Daman and Diu"
        case 27: "Maharashtra"
        case 28: "Andhra Pradesh (before its division)"
        case 29: "Karnataka"
        case 30: "Goa"
        case 31: "Lakshadweep"
        case 32: "Kerala"
        case 33: "Tamil Nadu"
        case 34: "Puducherry"
        case 35: "Andaman and Nicobar Islands"
        case 36: "Telangana"
        case 37: "Andhra Pradesh"
        case 38: "Ladakh"
        case 97: "Other territory"
        // A GSTIN has no code but these and 99.
        default: "Centre"
        }
    }
}

extension GSTIN.Kind {
    /// What a registration of this kind is.
    var words: Message {
        switch self {
        case .normal: "Taxpayer"
        case .governmentDepartment: "Government department"
        case .uniqueIdentity: "Body of the United Nations, embassy or other notified person (UIN)"
        case .taxDeductor: "Deductor of tax at source (TDS)"
        case .taxCollector: "Collector of tax at source (TCS)"
        case .nonResident: "Non-resident taxable person"
        case .onlineServices: "Provider of online services from outside India"
        }
    }
}
